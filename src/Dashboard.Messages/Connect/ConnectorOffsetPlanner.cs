using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;

namespace Dashboard.Messages.Connect;

/// <summary>What becomes of a connector's offsets, and what of a request Connect could not take.</summary>
static class ConnectorOffsetPlanner
{
    /// <summary>Of a plan: what is wrong with more is not said of each.</summary>
    const int MostRefusals = 20;

    /// <param name="plan">Without offsets so far.</param>
    /// <param name="now">As Connect has them; null: its workers do not tell.</param>
    public static ConnectorPlan Of(
        ConnectorPlan plan, SetConnectorOffsets command, ConnectorInfo connector, ImmutableArray<ConnectorOffset>? now)
    {
        if (now is not { } known)
        {
            const string Old = "Its workers do not tell offsets and take none: that is there from Kafka 3.6 on.";
            return plan with { Refusals = [ConnectRefusals.Of(ConnectRefusals.Connect, Old, plan.Subject)] };
        }

        var changes = Changes(command, known);
        return plan with
        {
            Offsets = changes,
            Refusals = [.. plan.Refusals, .. Refusals(command, connector).Take(MostRefusals)],
            Notes = [.. Notes(command, connector, changes)],
        };
    }

    /// <summary>What Connect has of the partitions that the command names, or all where it forgets all.</summary>
    public static IEnumerable<ConnectorOffset> Named(SetConnectorOffsets command, ImmutableArray<ConnectorOffset> now)
    {
        var named = command.Offsets?.Select(o => Key(o.Partition)).ToHashSet();
        return named is null ? now : now.Where(o => named.Contains(Key(o.Partition)));
    }

    /// <summary>Connect has what the command asks for.</summary>
    public static bool IsDone(SetConnectorOffsets command, ImmutableArray<ConnectorOffset> now) =>
        Changes(command, now).All(change => !change.Changes);

    static ImmutableArray<ConnectorOffsetChange> Changes(SetConnectorOffsets command, ImmutableArray<ConnectorOffset> now)
    {
        if (command.Offsets is not { } wanted)
        {
            return [.. now.Select(o => new ConnectorOffsetChange(o.Partition, Told(o.Offset), null))];
        }

        var known = now.GroupBy(o => Key(o.Partition)).ToDictionary(same => same.Key, same => Told(same.First().Offset));
        return [.. wanted.Select(o => new ConnectorOffsetChange(o.Partition, known.GetValueOrDefault(Key(o.Partition)), Told(o.Offset)))];
    }

    static IEnumerable<Refusal> Refusals(SetConnectorOffsets command, ConnectorInfo connector)
    {
        var seen = new HashSet<string>();
        foreach (var one in command.Offsets ?? [])
        {
            var wrong = !seen.Add(Key(one.Partition)) ? "it is twice among the offsets"
                : connector.Type == "sink" && SinkOffset.Of(one.Partition, one.Offset) is null
                    ? "a sink has {\"kafka_topic\": \"orders\", \"kafka_partition\": 0} with {\"kafka_offset\": 100}, or null to forget it"
                : one.Offset.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null or JsonValueKind.Undefined)
                    ? "its offset is no JSON object, nor null to forget it"
                : null;
            if (wrong is not null)
            {
                yield return ConnectRefusals.Of(ConnectRefusals.Invalid, $"{one.Partition}: {wrong}.", command.Subject);
            }
        }
    }

    static IEnumerable<PlanNote> Notes(
        SetConnectorOffsets command, ConnectorInfo connector, ImmutableArray<ConnectorOffsetChange> changes)
    {
        var isSink = connector.Type == "sink";
        if (command.Offsets is null || changes.Any(c => c is { Before: not null, After: null }))
        {
            yield return new PlanNote(command.Offsets is null ? Severity.Bad : Severity.Warning,
                (isSink, command.Offsets is null) switch
                {
                    (true, true) => "SinkBeginsAnew",
                    (false, true) => "SourceBeginsAnew",
                    (true, false) => "SinkForgets",
                    _ => "SourceForgets",
                },
                []);
        }

        if (changes.Sum(c => Math.Max(0, -(c.Difference ?? 0))) is > 0 and var again)
        {
            yield return new PlanNote(Severity.Warning, "SinkReadsAgain", [Text(again)]);
        }

        if (changes.Sum(c => Math.Max(0, c.Difference ?? 0)) is > 0 and var skipped)
        {
            yield return new PlanNote(Severity.Warning, "SinkSkips", [Text(skipped)]);
        }

        if (!isSink && command.Offsets is not null)
        {
            yield return new PlanNote(Severity.Ok, "SourceOffsetsAreItsOwn", []);
        }
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    static JsonElement? Told(JsonElement offset) =>
        offset.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : offset;

    /// <summary>The same for what is the same: members have no order, and a sink's numbers may be strings.</summary>
    static string Key(JsonElement partition) => SinkOffset.Of(partition, null) is { } sink
        ? string.Create(CultureInfo.InvariantCulture, $"{sink.Topic}-{sink.Partition}")
        : Ordered(partition);

    static string Ordered(JsonElement of) => of.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(',', of.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal)
            .Select(m => $"\"{JsonEncodedText.Encode(m.Name)}\":{Ordered(m.Value)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(',', of.EnumerateArray().Select(Ordered)) + "]",
        JsonValueKind.String => $"\"{JsonEncodedText.Encode(of.GetString()!)}\"",
        _ => of.GetRawText(),
    };
}
