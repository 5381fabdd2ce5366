using System.Collections.Immutable;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using Kafka.Client.Admin;

namespace Dashboard.Monitoring.Collectors;

/// <summary>
/// Bytes of every replica and of every log dir: one request a broker. A broker that does not answer keeps its last figures, and its error.
/// </summary>
sealed class LogDirCollector(CollectorContext context, KafkaCluster kafka) : Collector(context)
{
    protected override TimeSpan Interval =>
        // a move is followed by its bytes; otherwise sizes change slowly, and the answer is large
        Context.Options.Kind == ClusterKind.Hosted || Context.Current().Reassignments.Value is { Running.Length: > 0 }
            ? Context.Options.LogDirIntervalWhileMoving
            : Context.Options.LogDirInterval;

    protected override ErrorSource Source => ErrorSource.LogDirs;

    protected override Func<MonitorState, MonitorState> Failed(SectionError error) =>
        state => state with { Snapshot = state.Snapshot with { LogDirs = state.Snapshot.LogDirs.Failed(error) } };

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        // the metadata tier wakes this one when there are brokers to ask
        if (Context.Current().Brokers.Value is null)
        {
            return;
        }

        var answers = await kafka.DescribeLogDirsAsync(cancellationToken).ConfigureAwait(false);
        var (before, now) = (Context.Current().LogDirs.Value, Context.Now);
        var sizes = new Dictionary<ReplicaKey, ReplicaInfo>();
        var dirs = (before?.ByBroker ?? ImmutableDictionary<int, BrokerLogDirs>.Empty).ToBuilder();
        foreach (var (broker, answer) in answers.Where(a => a.Value.Succeeded))
        {
            dirs[broker] = new([.. answer.Value!.Select(dir => Add(broker, dir, sizes))], now);
        }

        foreach (var (key, size) in before?.Sizes.Where(s => !answers.TryGetValue(s.Key.Broker, out var answer) || !answer.Succeeded) ?? [])
        {
            // not answered this time: the last figures, or its replicas would look deleted
            sizes[key] = size;
        }

        var table = new LogDirTable(sizes, dirs.ToImmutable());
        var errors = answers
            .Where(a => !a.Value.Succeeded)
            // of the same time as the answers of the others: these are no older than the failure
            .ToImmutableDictionary(a => a.Key, a => Errors.From(a.Value.Error!, Context.Broker(a.Key), now));
        Context.Post(state => state with
        {
            // one that refuses, or is too old to know the question, answers
            BrokerErrors = errors.Where(e => e.Value.Kind is not (SectionErrorKind.Refused or SectionErrorKind.Unsupported))
                .ToImmutableDictionary(),
            Snapshot = state.Snapshot with
            {
                LogDirs = state.Snapshot.LogDirs.Read(table, now, errors.Values, errors.Count == answers.Count),
            },
        });
    }

    static LogDirInfo Add(int broker, LogDirectory dir, Dictionary<ReplicaKey, ReplicaInfo> sizes)
    {
        foreach (var replica in dir.Replicas)
        {
            var key = new ReplicaKey(replica.Partition.Topic, replica.Partition.Partition, broker);
            // a copy on its way to another log dir does not count as the replica that serves meanwhile
            if (!replica.IsFuture || !sizes.ContainsKey(key))
            {
                sizes[key] = new(replica.Size, replica.OffsetLag, replica.IsFuture);
            }
        }

        return new LogDirInfo(dir.Path, dir.Replicas.Sum(r => r.Size), Known(dir.TotalBytes), Known(dir.UsableBytes), dir.Error?.CodeName);
    }

    // -1 from brokers before 3.3 (KIP-827)
    static long? Known(long bytes) => bytes < 0 ? null : bytes;
}
