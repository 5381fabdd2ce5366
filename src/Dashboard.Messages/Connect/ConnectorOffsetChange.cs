using System.Text.Json;

namespace Dashboard.Messages.Connect;

/// <summary>What becomes of a connector's place in one of its partitions.</summary>
/// <param name="Before">Null: it has none.</param>
/// <param name="After">Null: it is forgotten.</param>
public sealed record ConnectorOffsetChange(JsonElement Partition, JsonElement? Before, JsonElement? After)
{
    public bool Changes => Before is { } before && After is { } after
        ? !JsonElement.DeepEquals(before, after)
        : Before is not null || After is not null;

    /// <summary>Records of a sink, back or on; null where that cannot be told.</summary>
    public long? Difference => SinkOffset.Of(Partition, After)?.Offset - SinkOffset.Of(Partition, Before)?.Offset;
}
