using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Commands;

namespace Dashboard.Api;

/// <summary>Settings of a topic to set, and those to give back to the brokers.</summary>
/// <param name="Set">
/// By key, as strings, numbers or true and false. Durations and sizes may have units: "3 days", "1 GiB", "unlimited".
/// </param>
/// <param name="Remove">Keys that the topic sets no longer.</param>
public sealed record AlterConfigsBody(Dictionary<string, JsonElement>? Set, string[]? Remove) : ICommandBody
{
    string? ICommandBody.Fault => Set is not { Count: > 0 } && Remove is not { Length: > 0 } ? "set and remove: nothing is asked for."
        : Set?.FirstOrDefault(one => Text(one.Value) is null).Key is { } key ? $"set: {key} needs a string, a number, true or false."
        : Remove?.Any(string.IsNullOrEmpty) == true ? "remove: each is the key of a setting."
        : Remove?.FirstOrDefault(one => Set?.ContainsKey(one) == true) is { } both ? $"{both} is to be set and to be removed."
        : null;

    /// <summary>By key, as texts.</summary>
    public IEnumerable<KeyValuePair<string, string>> Values() => (Set ?? []).Select(one => KeyValuePair.Create(one.Key, Text(one.Value)!));

    static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };
}

/// <param name="Count">How many partitions the topic shall have.</param>
/// <param name="Assignment">Brokers of each new partition by its number, the preferred leader first; without it Kafka places them.</param>
public sealed record AddPartitionsBody([property: JsonRequired] int Count, Dictionary<int, int[]>? Assignment) : ICommandBody
{
    string? ICommandBody.Fault => Assignment?.Values.Any(replicas => replicas is null) == true
        ? "assignment: each new partition needs a list of broker ids."
        : null;
}

/// <param name="Before">
/// "end": all that is there by now. "time:2026-11-28T14:00:00Z": what was written before. {"0": 100}: what is before the offset, by
/// partition.
/// </param>
public sealed record PurgeBody([property: JsonRequired] JsonElement Before) : ICommandBody
{
    const string Time = "time:";
    const string Forms = "before: \"end\", \"time:2026-11-28T14:00:00Z\", or offsets by partition: {\"0\": 100}.";

    string? ICommandBody.Fault =>
        TryRead("", out _) ? null
        : Before.ValueKind == JsonValueKind.String && Before.GetString()!.StartsWith(Time, StringComparison.Ordinal)
            ? $"before: \"{Before.GetString()}\": a time is written as in time:2026-11-28T14:00:00Z."
        : Forms;

    /// <summary>False for what is none of the three.</summary>
    public bool TryRead(string topic, out PurgeRecords command)
    {
        command = new PurgeRecords(topic, null, null);
        switch (Before.ValueKind)
        {
            case JsonValueKind.String when Before.GetString() is "end":
                return true;
            case JsonValueKind.String when Before.GetString() is { } text && text.StartsWith(Time, StringComparison.Ordinal):
                command = command with { Before = IsoTime.Read(text[Time.Length..]) };
                return command.Before is not null;
            case JsonValueKind.Object:
                var offsets = new Dictionary<int, long>();
                foreach (var one in Before.EnumerateObject())
                {
                    if (!int.TryParse(one.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
                        || one.Value.ValueKind != JsonValueKind.Number || !one.Value.TryGetInt64(out var offset))
                    {
                        return false;
                    }

                    offsets[partition] = offset;
                }

                command = command with { Offsets = System.Collections.Immutable.ImmutableDictionary.CreateRange(offsets) };
                return offsets.Count > 0;
            default:
                return false;
        }
    }
}

/// <param name="Changes">By key: what was in force, and what is.</param>
/// <param name="Seen">As of every command: left out when Kafka answered, else what the cluster showed of it.</param>
public sealed record AlteredConfigsBody(
    IEnumerable<PlannedConfig> Changes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IEnumerable<SeenBody>? Seen);

/// <param name="Partitions">How many the topic has now.</param>
public sealed record AddedPartitionsBody(
    string Topic, int Partitions, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IEnumerable<SeenBody>? Seen);

public sealed record PurgedBody(
    IEnumerable<PurgedPartitionBody> Partitions,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IEnumerable<SeenBody>? Seen);

/// <param name="From">Where the log began.</param>
/// <param name="To">Where it begins now.</param>
/// <param name="Records">Offsets between the two: at most as many records went.</param>
public sealed record PurgedPartitionBody(int Partition, long From, long To, long Records);
