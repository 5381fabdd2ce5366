namespace Dashboard.Addresses;

/// <summary>Where the pages about clusters as such are, from the document's base.</summary>
public static class ClusterAddress
{
    /// <summary>All clusters, the most urgent first.</summary>
    public const string Fleet = "clusters";

    /// <summary>Their definitions.</summary>
    public const string Manage = "settings/clusters";

    /// <summary>Not below the definitions: "new" may be a cluster.</summary>
    public const string Add = "settings/add-cluster";

    /// <summary>A definition that can be changed.</summary>
    public static string Edit(string cluster) => $"{Manage}/{Uri.EscapeDataString(cluster)}";
}
