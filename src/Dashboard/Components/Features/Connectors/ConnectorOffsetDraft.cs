using System.Globalization;
using System.Text.Json;
using Dashboard.Messages.Connect;

namespace Dashboard.Components.Features.Connectors;

/// <summary>
/// A place of a connector as it is typed: of a sink a topic, a partition and an offset, of a source two JSON objects as its plugin has
/// them.
/// </summary>
public sealed class ConnectorOffsetDraft(bool isSink, ConnectorOffset? known)
{
    readonly string before = known is null ? "" : isSink
        ? SinkOffset.Of(known.Partition, known.Offset)?.Offset?.ToString(CultureInfo.InvariantCulture) ?? known.Offset.ToString()
        : known.Offset.ToString();

    string? typed;

    public bool IsNew => known is null;

    /// <summary>Of a new one.</summary>
    public string Topic { get; set; } = "";

    /// <summary>Of a new one: a number, or JSON of a source.</summary>
    public string Partition { get; set; } = "";

    /// <summary>A number, or JSON of a source.</summary>
    public string Offset { get => typed ?? before; set => typed = value; }

    public bool IsForgotten { get; set; }

    public bool IsChanged => IsForgotten || (IsNew ? Topic.Length + Partition.Length + Offset.Length > 0 : Offset.Trim() != before);

    /// <summary>What it is called beside its field.</summary>
    public string Name => known is null ? ""
        : SinkOffset.Of(known.Partition, null) is { } sink && isSink
            ? string.Create(CultureInfo.InvariantCulture, $"{sink.Topic}-{sink.Partition}")
            : known.Partition.ToString();

    /// <summary>As it stands in an address: "topic:partition" of a sink, the JSON of a source.</summary>
    public string Place
    {
        get => !isSink ? known?.Partition.ToString() ?? Partition
            : known is null ? $"{Topic}:{Partition}"
            : SinkOffset.Of(known.Partition, null) is { } sink
                ? string.Create(CultureInfo.InvariantCulture, $"{sink.Topic}:{sink.Partition}")
            : Name;
        init => (Topic, Partition) = !isSink ? ("", value)
            : value.Split(':', 2) is [var topic, var partition] ? (topic, partition) : (value, "");
    }

    public bool HasPlace => known is not null
        || (isSink ? Topic.Trim().Length > 0 && Number(Partition) is <= int.MaxValue : Json(Partition) is not null);

    public bool HasOffset => IsForgotten || (isSink ? Number(Offset) is not null : Json(Offset) is not null);

    /// <summary>Null: something of it cannot be read.</summary>
    public ConnectorOffset? Read() => !HasPlace || !HasOffset ? null
        : (isSink, known) switch
        {
            (true, null) => new SinkOffset(Topic.Trim(), (int)Number(Partition)!.Value, Sought).ToConnect(),
            (true, not null) when SinkOffset.Of(known.Partition, null) is { } sink => (sink with { Offset = Sought }).ToConnect(),
            _ => new ConnectorOffset(known?.Partition ?? Json(Partition)!.Value, IsForgotten ? default : Json(Offset)!.Value),
        };

    long? Sought => IsForgotten ? null : Number(Offset);

    static long? Number(string text) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    static JsonElement? Json(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
