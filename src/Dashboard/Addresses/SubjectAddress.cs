namespace Dashboard.Addresses;

/// <summary>Names of a registry's subjects within addresses, of pages and of REST. They may hold any character.</summary>
static class SubjectAddress
{
    /// <summary>What follows the cluster in the address of a subject.</summary>
    public static string Of(string subject, string query = "") => $"schemas/{Uri.EscapeDataString(subject)}{query}";

    public static string Of(string subject, int version) => Of(subject, $"?version={version}");

    /// <summary>The form that registers a schema.</summary>
    /// <param name="subject">Null: of a subject that is still to be named.</param>
    public static string New(string? subject) => subject is null ? "new-schema" : $"new-schema?subject={Uri.EscapeDataString(subject)}";

    /// <summary>The name in a segment of a path: servers decode everything of it but an encoded slash.</summary>
    public static string Name(string route) => route.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
