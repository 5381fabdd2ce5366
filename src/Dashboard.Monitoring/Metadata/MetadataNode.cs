using System.Collections.Immutable;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.Metadata;

/// <summary>
/// A place of the tree as it was read. What lies below is made when it is asked for: a cluster may have very many topics.
/// </summary>
/// <param name="Value">Becomes JSON; null for none.</param>
sealed record MetadataNode(object? Value)
{
    public ImmutableArray<MetadataChild> Children { get; init; } = [];

    /// <summary>Null: there is none of that name.</summary>
    public Func<string, CancellationToken, Task<MetadataNode?>> FindAsync { get; init; } =
        static (_, _) => Task.FromResult<MetadataNode?>(null);

    public SectionError? Error { get; init; }

    /// <summary>One that holds others, each with its name.</summary>
    public static MetadataNode Of(object? value, IEnumerable<KeyValuePair<string, MetadataNode>> children)
    {
        var all = children.ToDictionary(StringComparer.Ordinal);
        return new MetadataNode(value)
        {
            Children = [.. all.Select(child => new MetadataChild(child.Key, child.Value.Children.Length))],
            FindAsync = (name, _) => Task.FromResult(all.GetValueOrDefault(name)),
        };
    }
}

/// <summary>One of the tree's first names, with all below it.</summary>
interface IMetadataBranch
{
    string Name { get; }

    /// <summary>Reads it; what it throws is the branch's error.</summary>
    Task<MetadataNode> ReadAsync(CancellationToken cancellationToken);
}
