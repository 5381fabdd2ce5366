using System.Collections.Immutable;

namespace Dashboard.Nodes.Files;

/// <summary>A node that is to have files.</summary>
/// <param name="Ports">The one that clients connect to first.</param>
/// <param name="Lines">Of its configuration file, before what people set.</param>
sealed record NodeDraft(
    string Name, NodeKind Kind, int Id, ImmutableArray<int> Ports, IReadOnlyList<(string Key, string Value)> Lines)
{
    public string ConfigName => Kind == NodeKind.Coordinator ? "zoo.cfg" : "server.properties";

    /// <inheritdoc cref="NodeFiles"/>
    public bool IsVoter { get; init; }

    /// <inheritdoc cref="NodeFiles"/>
    public string? StorageId { get; init; }

    /// <summary>Below its directory, beside its configuration.</summary>
    public IReadOnlyList<(string Path, string Text)> OtherFiles { get; init; } = [];
}
