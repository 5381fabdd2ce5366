using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Client.Data;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Commands;

/// <summary>DeleteRecords (KIP-107), asked of each partition's leader.</summary>
static class RecordPurgePlanner
{
    public static async Task<PurgeRecordsPlan> PlanAsync(
        PurgeRecords command, ClusterSnapshot snapshot, Func<KafkaCluster> kafka, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            var (logs, faults) = await ReadAsync(command, kafka(), cancellationToken).ConfigureAwait(false);
            var sizes = snapshot.LogDirs.Value;
            var groups = Groups(command.Topic, logs, snapshot);
            var planned = command with { Before = null, Offsets = logs.ToImmutableDictionary(log => log.Partition, log => log.Cut) };
            return new PurgeRecordsPlan(
                // with a fault the offsets are not whole, and must not be run as if they were
                faults.Length == 0 ? planned : command,
                [.. logs.Select(l => new PlannedPurge(l.Partition, l.Begin, l.Cut, l.Records, l.Bytes(command.Topic, sizes)))],
                logs.Sum(log => log.Records),
                LogReach.Bytes(command.Topic, logs, sizes),
                groups)
            {
                Refusals = [.. faults, .. ByTopic(command.Topic, snapshot)],
                Notes = [.. Notes(logs, groups, snapshot)],
                AsOf = time.GetUtcNow(),
            };
        }
        catch (KafkaException e)
        {
            return new PurgeRecordsPlan(command, [], 0, null, [])
            {
                Refusals = [Refusal.Of(e, command.Topic)],
                AsOf = time.GetUtcNow(),
            };
        }
    }

    /// <summary>Nothing is sent where one partition cannot be asked, or does not reach so far: the rest would go without it.</summary>
    public static async Task<Sending> PrepareAsync(PurgeRecords command, ClusterSnapshot snapshot, KafkaCluster kafka)
    {
        var (logs, faults) = await ReadAsync(command, kafka, CancellationToken.None).ConfigureAwait(false);
        if (faults.AddRange(ByTopic(command.Topic, snapshot)) is { Length: > 0 } refused)
        {
            throw new KafkaException(refused[0].Error, string.Join(' ', refused.Take(5).Select(f => $"{f.Subject}: {f.Message}")));
        }

        LogReach[] cut = [.. logs.Where(log => log.Records > 0)];
        var byLeader = cut.GroupBy(log => log.Leader).ToDictionary(
            leader => leader.Key,
            leader => (IReadOnlyList<(TopicPartition, long)>)[.. leader.Select(log => (Key(command, log), log.Cut))]);
        return new Sending([.. cut.Select(log => Key(command, log).ToString())], SendAsync, LookUpAsync)
        {
            Before = CommandTraces.Offsets(logs.Select(log => (log.Partition, log.Begin))),
            After = CommandTraces.Offsets(logs.Select(log => (log.Partition, log.Cut))),
        };

        async Task<IReadOnlyDictionary<string, KafkaException?>> SendAsync() =>
            (await kafka.DeleteRecordsAsync(byLeader, CancellationToken.None).ConfigureAwait(false))
                .ToDictionary(answer => answer.Key.ToString(), answer => answer.Value.Error);

        async Task<IReadOnlyList<Sighting>> LookUpAsync(IReadOnlySet<string> subjects, CancellationToken cancellationToken)
        {
            var (now, missing) = await LogReach.ReadAsync(kafka, command.Topic, null, cancellationToken).ConfigureAwait(false);
            var seen = from log in now
                       join wanted in cut on log.Partition equals wanted.Partition
                       let key = Key(command, log).ToString()
                       where subjects.Contains(key)
                       select Sighting.LogBegins(key, log.Begin, log.Begin >= wanted.Cut);
            return [.. seen, .. missing.Where(m => subjects.Contains(m.Subject!)).Select(m => Sighting.NotSeen(m.Subject!, m.Message))];
        }
    }

    static TopicPartition Key(PurgeRecords command, LogReach log) => new(command.Topic, log.Partition);

    /// <summary>The logs that are asked for with where each is cut, and what cannot be.</summary>
    static async Task<(ImmutableArray<LogReach> Logs, ImmutableArray<Refusal> Faults)> ReadAsync(
        PurgeRecords command, KafkaCluster kafka, CancellationToken cancellationToken)
    {
        var (logs, missing) = await LogReach.ReadAsync(kafka, command.Topic, command.Before, cancellationToken).ConfigureAwait(false);
        if (command.Offsets is not { } offsets)
        {
            return (logs, missing);
        }

        var known = logs.ToDictionary(log => log.Partition);
        var asked = ImmutableArray.CreateBuilder<LogReach>();
        var faults = ImmutableArray.CreateBuilder<Refusal>();
        foreach (var (partition, offset) in offsets.OrderBy(one => one.Key))
        {
            var subject = new TopicPartition(command.Topic, partition).ToString();
            if (!known.TryGetValue(partition, out var log))
            {
                faults.Add(missing.FirstOrDefault(m => m.Subject == subject) ?? Refusal.Of(ErrorCode.UnknownTopicOrPartition, subject));
            }
            // not -1 either, which to Kafka is "to the end": what goes has to be what was shown
            else if (offset < 0 || offset > log.End)
            {
                var words = $"Offset {offset} is not within the log: partition {partition} has {log.Begin} to {log.End}.";
                faults.Add(Refusal.Of(new KafkaException(ErrorCode.OffsetOutOfRange, words), subject));
            }
            else
            {
                // retention may have passed the offset meanwhile: nothing is left to do there
                asked.Add(log with { Cut = Math.Max(offset, log.Begin) });
            }
        }

        return (asked.ToImmutable(), faults.ToImmutable());
    }

    /// <summary>Kafka deletes no records of topics that are only compacted, nor its own.</summary>
    static IEnumerable<Refusal> ByTopic(string topic, ClusterSnapshot snapshot)
    {
        var policy = snapshot.TopicConfigs.Value?.Of(topic).FirstOrDefault(c => c.Name == "cleanup.policy")?.Value;
        // not known is no refusal: Kafka then says it itself
        if (policy?.Contains("delete", StringComparison.Ordinal) == false)
        {
            yield return Refusal.Of(
                new KafkaException(
                    ErrorCode.PolicyViolation,
                    $"Kafka deletes records only where cleanup.policy has delete; that of {topic} is {policy}. "
                    + "Add delete to it first, or write tombstones."),
                topic);
        }

        if (snapshot.Topics.Value?.Find(topic) is { IsInternal: true })
        {
            yield return Refusal.Of(
                new KafkaException(ErrorCode.InvalidTopic, $"{topic} is internal to Kafka: its records are not deleted by hand."), topic);
        }
    }

    static ImmutableArray<PurgedGroup> Groups(string topic, ImmutableArray<LogReach> logs, ClusterSnapshot snapshot)
    {
        var cuts = logs.ToDictionary(log => log.Partition);
        var groups = from g in snapshot.Groups.Value?.Groups ?? []
                     let unread = g.Offsets.Where(o => o.Topic == topic && o.Committed >= 0).Sum(o =>
                         cuts.TryGetValue(o.Partition, out var log) ? Math.Max(0, log.Cut - Math.Max(o.Committed, log.Begin)) : 0)
                     where unread > 0
                     orderby unread descending
                     select new PurgedGroup(g.GroupId, unread);
        return [.. groups];
    }

    static IEnumerable<PlanNote> Notes(ImmutableArray<LogReach> logs, ImmutableArray<PurgedGroup> groups, ClusterSnapshot snapshot)
    {
        if (logs.All(log => log.Records == 0))
        {
            yield return new PlanNote(Severity.Ok, "NothingPurged", []);
        }

        if (groups.Length > 0)
        {
            yield return new PlanNote(Severity.Bad, "UnreadPurged", [PartitionAdditionPlanner.Text(groups.Length)]);
        }

        if (snapshot.Groups is { Value: null } or { Error: not null })
        {
            yield return new PlanNote(Severity.Warning, "GroupsNotRead", []);
        }
    }
}
