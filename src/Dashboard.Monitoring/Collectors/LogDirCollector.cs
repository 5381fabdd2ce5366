using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Collectors;

/// <summary>Bytes of every replica and of every log dir: one request a broker. A broker that does not answer keeps its last figures, and its error.</summary>
sealed class LogDirCollector(CollectorContext context, KafkaCluster kafka) : Collector(context)
{
    protected override TimeSpan Interval =>
        Context.Options.Kind == ClusterKind.Hosted || Context.Current().Reassignments.Value is { Running.Length: > 0 }
            ? Context.Options.LogDirIntervalWhileMoving
            : Context.Options.LogDirInterval;

    protected override string Source => "the brokers' log dirs";

    protected override Func<MonitorState, MonitorState> Failed(SectionError error) =>
        state => state with { Snapshot = state.Snapshot with { LogDirs = state.Snapshot.LogDirs.Failed(error) } };

    protected override async Task ReadAsync(CancellationToken cancellation)
    {
        if (Context.Current().Brokers.Value is null)
        {
            return;
        }

        var answers = await kafka.SendToAllAsync(_ => new DescribeLogDirsRequest { Topics = null }, cancellation).ConfigureAwait(false);
        var before = Context.Current().LogDirs.Value;
        var sizes = ImmutableDictionary.CreateBuilder<ReplicaKey, ReplicaSize>();
        var dirs = (before?.ByBroker ?? ImmutableDictionary<int, ImmutableArray<LogDirInfo>>.Empty).ToBuilder();
        var errors = new Dictionary<int, SectionError>();
        foreach (var (broker, answer) in answers)
        {
            if (answer.Succeeded)
            {
                Add(broker, answer.Value, sizes, dirs);
            }
            else
            {
                errors[broker] = Context.Error(answer.Error, Context.BrokerName(broker));
            }
        }

        foreach (var (key, size) in before?.Sizes.Where(s => !answers.TryGetValue(s.Key.Broker, out var answer) || !answer.Succeeded) ?? [])
        {
            sizes[key] = size;
        }

        var (table, now) = (new LogDirTable(sizes.ToImmutable(), dirs.ToImmutable()), Context.Now);
        var all = answers.Count > 0 && errors.Count == answers.Count ? errors.Values.First() : null;
        Context.Post(state => state with
        {
            BrokerErrors = errors.ToImmutableDictionary(),
            Snapshot = state.Snapshot with { LogDirs = all is null ? state.Snapshot.LogDirs.Read(table, now) : state.Snapshot.LogDirs.Failed(all) },
        });
    }

    static void Add(int broker, DescribeLogDirsResponse answer, ImmutableDictionary<ReplicaKey, ReplicaSize>.Builder sizes, ImmutableDictionary<int, ImmutableArray<LogDirInfo>>.Builder dirs)
    {
        var infos = ImmutableArray.CreateBuilder<LogDirInfo>();
        foreach (var dir in answer.Results)
        {
            long bytes = 0;
            foreach (var topic in dir.Topics)
            {
                foreach (var partition in topic.Partitions)
                {
                    bytes += partition.PartitionSize;
                    sizes[new(topic.Name, partition.PartitionIndex, broker)] = new(partition.PartitionSize, partition.OffsetLag, partition.IsFutureKey);
                }
            }

            var error = dir.ErrorCode == 0 ? null : ErrorCodes.Describe((ErrorCode)dir.ErrorCode).Name;
            infos.Add(new LogDirInfo(dir.LogDir, bytes, Known(dir.TotalBytes), Known(dir.UsableBytes), error));
        }

        dirs[broker] = infos.ToImmutable();
    }

    static long? Known(long bytes) => bytes < 0 ? null : bytes;
}
