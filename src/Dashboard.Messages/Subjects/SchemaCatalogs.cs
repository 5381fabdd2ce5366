using System.Runtime.CompilerServices;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Registry;

namespace Dashboard.Messages.Subjects;

/// <summary>The catalog of each cluster, by its definition as it is now.</summary>
public interface ISchemaCatalogs
{
    /// <summary>Null when the cluster is not known, or its definition names no registry.</summary>
    SchemaCatalog? Of(string cluster);
}

/// <summary>One for each registry, for as long as that is in use: another definition is another registry.</summary>
public sealed class SchemaCatalogs(BodyDecoders decoders) : ISchemaCatalogs
{
    readonly ConditionalWeakTable<SchemaRegistry, SchemaCatalog> made = [];

    public SchemaCatalog? Of(string cluster) =>
        decoders.RegistryOf(cluster) is { } registry ? made.GetValue(registry, static one => new SchemaCatalog(one)) : null;
}
