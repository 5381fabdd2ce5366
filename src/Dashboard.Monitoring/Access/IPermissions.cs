using System.Collections.Immutable;

namespace Dashboard.Monitoring.Access;

/// <summary>What someone may do, by the rules of one moment. Pure and immutable: asked on any thread, as often as needed.</summary>
public interface IPermissions
{
    bool May(Permission permission);

    /// <summary>The roles held on a cluster, for a sentence: "viewer"; empty when there are none.</summary>
    string RolesOn(string? cluster);

    /// <summary>What of a topic's records is masked all the same.</summary>
    ImmutableArray<FieldMask> Masks(string cluster, string topic);
}

/// <summary>The two ends.</summary>
public static class Permissions
{
    /// <summary>Of what this program does by itself.</summary>
    public static IPermissions Unlimited { get; } = new Fixed(true);

    public static IPermissions None { get; } = new Fixed(false);

    sealed class Fixed(bool may) : IPermissions
    {
        public bool May(Permission permission) => may;

        public string RolesOn(string? cluster) => "";

        public ImmutableArray<FieldMask> Masks(string cluster, string topic) => [];
    }
}
