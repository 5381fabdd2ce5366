using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Monitoring.Model;
using Kafka.Client;

namespace Dashboard.Monitoring.Commands;

/// <summary>
/// What follows from new settings: which records go, which producers are refused. What is deleted is worked out from offsets by time and
/// the sizes of logs; Kafka deletes whole segments, so it is the most that goes.
/// </summary>
sealed class ConfigEffects(
    string topic,
    ImmutableArray<TopicSetting> current,
    ImmutableArray<PlannedConfig> changes,
    ClusterSnapshot snapshot,
    KafkaCluster kafka,
    TimeProvider time)
{
    const string Policy = "cleanup.policy";
    const string RetentionTime = "retention.ms";
    const string RetentionSize = "retention.bytes";

    public async Task<ImmutableArray<PlannedConfig>> AddAsync(CancellationToken cancellationToken)
    {
        var added = ImmutableArray.CreateBuilder<PlannedConfig>(changes.Length);
        foreach (var change in changes)
        {
            var notes = !change.Changes ? [] : change.Name switch
            {
                RetentionTime => await OfRetentionTimeAsync(cancellationToken).ConfigureAwait(false),
                RetentionSize => OfRetentionSize(),
                // with delete among the policies limits come in force that were there all along
                Policy => [.. OfPolicy(), .. await OfRetentionTimeAsync(cancellationToken).ConfigureAwait(false), .. OfRetentionSize()],
                "min.insync.replicas" => OfMinIsr(change),
                "max.message.bytes" => OfMessageSize(change),
                "unclean.leader.election.enable" when change.To.Value == "true" => [Warn("UncleanAllowed")],
                "message.timestamp.type" => [Warn("TimestampType")],
                "remote.storage.enable" when change.From.Value == "true" => [Warn("RemoteStorageOff")],
                _ => [],
            };
            added.Add(change with { Notes = [.. notes] });
        }

        return added.ToImmutable();
    }

    /// <summary>Records that are older than the new time, where it is shorter than before or was not in force.</summary>
    async Task<IEnumerable<PlanNote>> OfRetentionTimeAsync(CancellationToken cancellationToken)
    {
        var (before, after) = (Limit(RetentionTime, Now), Limit(RetentionTime, Then));
        if (!Deletes(Then) || after is not { } kept || kept < 0 || (Deletes(Now) && before is { } old && old >= 0 && old <= kept))
        {
            return [];
        }

        var now = time.GetUtcNow();
        // Long.MAX_VALUE is common: before 1970 no record was written, and DateTimeOffset ends at year 1
        var since = kept > now.ToUnixTimeMilliseconds() ? DateTimeOffset.UnixEpoch : now.AddMilliseconds(-kept);
        try
        {
            var (logs, missing) = await LogReach.ReadAsync(kafka, topic, since, cancellationToken).ConfigureAwait(false);
            var records = logs.Sum(log => log.Records);
            var all = logs.Sum(log => log.End - log.Begin);
            var bytes = LogReach.Bytes(topic, logs, snapshot.LogDirs.Value);
            IEnumerable<PlanNote> notes = records > 0
                ? [Bad("RecordsExpire", Text(records), Text(bytes), Text(since.ToUnixTimeMilliseconds()), Text(all))]
                : missing.Length == 0 ? [Fine("NothingExpires")] : [];
            return missing.Length == 0 ? notes : [.. notes, Warn("ExpiryUnknown", string.Join(", ", missing.Select(one => one.Subject)))];
        }
        catch (KafkaException e)
        {
            return [Warn("ExpiryNotRead", e.Detail)];
        }
    }

    /// <summary>What the partitions hold beyond the new size.</summary>
    IEnumerable<PlanNote> OfRetentionSize()
    {
        var (before, after) = (Limit(RetentionSize, Now), Limit(RetentionSize, Then));
        if (!Deletes(Then) || after is not { } kept || kept < 0 || (Deletes(Now) && before is { } old && old >= 0 && old <= kept))
        {
            return [];
        }

        if (snapshot.LogDirs.Value?.Sizes is not { } sizes || snapshot.Topics.Value?.Find(topic) is not { } known)
        {
            return [Warn("SizesUnknown")];
        }

        var beyond = known.Partitions
            // retention.bytes is of each partition, not of the topic
            .Select(p => sizes.TryGetValue(new(topic, p.Partition, p.Leader), out var copy) ? Math.Max(0, copy.Bytes - kept) : 0)
            .Where(bytes => bytes > 0).ToList();
        return beyond.Count > 0 ? [Bad("BytesExpire", Text(beyond.Sum()), Text(beyond.Count))] : [Fine("NothingTooLarge")];
    }

    IEnumerable<PlanNote> OfPolicy()
    {
        if (Compacts(Then) && !Compacts(Now))
        {
            yield return Bad("CompactionBegins");
        }

        if (!Deletes(Then) && Deletes(Now))
        {
            yield return Warn("RetentionEnds");
        }

        if (!Compacts(Then) && Compacts(Now))
        {
            yield return Warn("CompactionEnds");
        }
    }

    IEnumerable<PlanNote> OfMinIsr(PlannedConfig change) =>
        int.TryParse(change.To.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var minimum)
            && snapshot.Topics.Value?.Find(topic) is { Partitions.Length: > 0 } known
            ? MinIsrNote.Of(minimum, known.Partitions.Min(p => p.Replicas.Length))
            : [];

    static IEnumerable<PlanNote> OfMessageSize(PlannedConfig change) =>
        Number(change.From.Value) is { } before && Number(change.To.Value) is { } after
            ? [after < before ? Warn("SmallerBatches", Text(after)) : Fine("LargerBatches", Text(after))]
            : [];

    string? Now(string name) => current.FirstOrDefault(s => s.Name == name)?.InForce.Value;

    string? Then(string name) => changes.FirstOrDefault(c => c.Name == name) is { } change ? change.To.Value : Now(name);

    static bool Deletes(Func<string, string?> value) => value(Policy)?.Contains("delete", StringComparison.Ordinal) == true;

    static bool Compacts(Func<string, string?> value) => value(Policy)?.Contains("compact", StringComparison.Ordinal) == true;

    static long? Limit(string name, Func<string, string?> value) => Number(value(name));

    static long? Number(string? value) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    static PlanNote Bad(string key, params ImmutableArray<string> arguments) => new(Severity.Bad, key, arguments);

    static PlanNote Warn(string key, params ImmutableArray<string> arguments) => new(Severity.Warning, key, arguments);

    static PlanNote Fine(string key, params ImmutableArray<string> arguments) => new(Severity.Ok, key, arguments);
}
