using System.Collections.Immutable;
using System.Text.Json;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Filters;
using Dashboard.Messages.Jobs;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Kafka.Client;
using Kafka.Protocol;
using Wire;

namespace Dashboard.Messages.Statistics;

/// <summary>
/// Statistics of a range as a job: {topic, from, to, partitions, filter, isolation}. Its result is a <see cref="TopicStatistics"/>, also
/// when it was stopped. The range is fixed when it begins, and what was counted is kept: it goes on where it was.
/// </summary>
public sealed class StatisticsKind(IClusterRegistry clusters, StatisticsReader reader) : IJobKind
{
    public const string KindName = "statistics";

    readonly StatisticsReader reader = reader;

    public string Name => KindName;

    public IJob Read(string cluster, JsonElement request)
    {
        var fields = new JobFields(request);
        fields.Only(["kind", "topic", .. JobRange.Fields]);
        try
        {
            return new Job(this, cluster, JobRange.Read(fields, fields.Required("topic")));
        }
        catch (FilterException e)
        {
            throw fields.Wrong("filter", e.Message);
        }
    }

    public JsonElement? Show(JobEntry job, Actor reader)
    {
        if (job.Progress.Result is not { } result || !reader.May(Needed(job.Cluster, job.Topic)))
        {
            return null;
        }

        return StatisticsReader.HidesKeys(reader, job.Cluster, job.Topic) && Of(result) is { } statistics
            ? Write(statistics with { TopKeys = null })
            : result;
    }

    /// <summary>What a job of this kind found, if it has come to that.</summary>
    public static TopicStatistics? Of(JsonElement? result) => result?.Deserialize(StatisticsJson.Default.TopicStatistics);

    static JsonElement Write(TopicStatistics statistics) =>
        JsonSerializer.SerializeToElement(statistics, StatisticsJson.Default.TopicStatistics);

    static Permission Needed(string cluster, string topic) => new(AccessKind.Records, AccessAction.Read, cluster, topic);

    IClusterMonitor Find(string cluster) =>
        clusters.Find(cluster) ?? throw JobFaultException.NoCluster(cluster);

    sealed record Job(StatisticsKind Owner, string Cluster, ScanQuery Query) : IJob
    {
        public string Kind => KindName;

        public string Topic => Query.Topic;

        public ImmutableArray<Permission> Needs => [Needed(Cluster, Topic)];

        public async Task<JobPlan> PlanAsync(Actor actor, CancellationToken cancellationToken)
        {
            try
            {
                var ranges = await new RangeReader(Owner.Find(Cluster).Data, StatisticsReader.Forwards(Query))
                    .ReadAsync(cancellationToken).ConfigureAwait(false);
                return new JobPlan(Kind, Topic) { Total = ranges.Sum(range => range.Range.Length), IsAtMost = true };
            }
            catch (ArgumentException e)
            {
                throw new FormatException($"partitions: {e.Message}", e);
            }
            catch (KafkaException e) when (e.Code is ErrorCode.UnknownTopicOrPartition or ErrorCode.InvalidTopic)
            {
                return new JobPlan(Kind, Topic) { Refusals = [new Refusal(e.Code, $"There is no topic {Topic}.", Topic)] };
            }
        }

        public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
        {
            var count = StatisticsCount.Read(run.Checkpoint, Query);
            // stopped, it ends by itself with what it has
            var statistics = await Owner.reader
                .ReadAsync(
                    Owner.Find(Cluster).Data, Query, run.Actor, count, now => run.Report(Of(now)), () => run.Save(count.Write()),
                    cancellationToken, CancellationToken.None)
                .ConfigureAwait(false);
            var (covered, offsets) = (statistics.Partitions.Sum(p => p.CoveredTo - p.CoveredFrom), Offsets(statistics));
            var total = statistics.IsComplete ? statistics.Scanned : offsets;
            run.Report(new JobProgress(statistics.Scanned, total, !statistics.IsComplete)
            {
                Bytes = statistics.Bytes,
                Looked = covered,
                Share = Share(covered, offsets),
                Result = Write(statistics),
            });
            if (statistics.IsComplete)
            {
                run.Save(StatisticsCount.Nothing);
                return;
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw Broken(count.Unread.First());
        }

        static Exception Broken(PartitionProgress partition)
        {
            var cause = partition.Error is { } told ? JobReasons.Of(told) : CodedText.Of("silent", $"it does not answer");
            var why = CodedText.Of(
                "partitionUnfinished",
                $"Partition {partition.Partition} was not read to its end: {cause}. The result is of what was read.");
            return partition.Error is { } error && !TransientFaults.Is(error)
                ? new JobFaultException(why)
                : new TransientFaultException(why);
        }

        static long Offsets(TopicStatistics statistics) => statistics.Partitions.Sum(p => Math.Max(0, p.To - p.From));

        static double Share(long covered, long offsets) => offsets == 0 ? 1 : (double)covered / offsets;

        static JobProgress Of(ScanProgress now) => new(now.Scanned, now.Offsets, IsAtMost: true)
        {
            Bytes = now.Bytes,
            Looked = now.Looked,
            Share = Share(now.Looked, now.Offsets),
        };
    }
}
