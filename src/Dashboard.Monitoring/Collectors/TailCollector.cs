using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Client.Data;
using Kafka.Protocol;
using Wire;

namespace Dashboard.Monitoring.Collectors;

/// <summary>
/// Whether there is anything to read behind a commit that does not move a little before the end. After a transaction comes a marker, which
/// takes an offset and is no record: a group that has read everything may stay one behind for ever. Each commit is read on once, as far as
/// there is no record.
/// </summary>
sealed class TailCollector(CollectorContext context, KafkaCluster kafka) : Collector(context)
{
    /// <summary>Consumers that are at work commit every 5 s by default (auto.commit.interval.ms): theirs are left alone.</summary>
    static readonly TimeSpan standsStill = TimeSpan.FromSeconds(6);

    /// <summary>Longer tails are no leftover of a transaction.</summary>
    const long MostOffsets = 10_000;

    /// <summary>
    /// Commits that are remembered; of those beyond, what lies behind them stays unknown, and their lag is the plain difference.
    /// </summary>
    const int MostCommits = 20_000;

    /// <summary>Of a leader at a time: what does not fit has its turn in the next reading.</summary>
    const int MostPartitions = 50, PartitionBytes = 16 << 10, AnswerBytes = 512 << 10;

    readonly Dictionary<Commit, DateTimeOffset> seen = [];
    ImmutableDictionary<Commit, Tail> tails = ImmutableDictionary<Commit, Tail>.Empty;
    GroupTable? last;

    protected override TimeSpan Interval => Context.Options.OffsetInterval;

    protected override ErrorSource Source => ErrorSource.Leaders;

    /// <summary>Nothing is known less well than before: the next reading asks again.</summary>
    protected override Func<MonitorState, MonitorState> Failed(SectionError error) => state => state;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (Context.Current().Groups.Value is null)
        {
            // not read yet, or the cluster was set up anew: offsets of the one before lie behind nothing
            seen.Clear();
            (tails, last) = (ImmutableDictionary<Commit, Tail>.Empty, null);
        }

        // no commit has moved since
        if (Context.Current() is not { Groups.Value: { } groups, Topics.Value: { } topics } || ReferenceEquals(groups, last))
        {
            return;
        }

        last = groups;
        var wanted = Wanted(groups);
        var before = tails;
        var byLeader = wanted.GroupBy(one => Leader(topics, one.Key.Partition)).Where(leader => leader.Key >= 0);
        var reading = byLeader.Select(leader => ReadAsync(leader.Key, [.. leader.Take(MostPartitions)], cancellationToken));
        await Task.WhenAll(reading).ConfigureAwait(false);
        if (!ReferenceEquals(before, tails))
        {
            var known = tails;
            Context.Post(state => state with { Tails = known });
        }
    }

    /// <summary>Commits to read on, with the end up to which; forgets those that no group has any longer.</summary>
    Dictionary<Commit, long> Wanted(GroupTable groups)
    {
        var now = Context.Now;
        var ends = new Dictionary<Commit, long>();
        var behind = groups.Groups
            .Where(g => g.Kind != GroupKind.Share)
            .SelectMany(g => g.Offsets)
            .Where(o => o is { Lag: > 0 and <= MostOffsets, Remark: not OffsetRemark.BeforeBegin });
        foreach (var one in behind.Take(MostCommits))
        {
            ends[new Commit(new TopicPartition(one.Topic, one.Partition), one.Committed)] = one.End!.Value;
        }

        // the commit moved on: what lay behind the old one is of no use
        foreach (var gone in seen.Keys.Where(key => !ends.ContainsKey(key)).ToList())
        {
            seen.Remove(gone);
            tails = tails.Remove(gone);
        }

        foreach (var commit in ends.Keys)
        {
            seen.TryAdd(commit, now);
        }

        return ends
            .Where(one => now - seen[one.Key] >= standsStill && NeedsReading(tails.GetValueOrDefault(one.Key), one.Value))
            .ToDictionary();
    }

    /// <summary>Where to read on: no record lies between the commit and it.</summary>
    long Position(Commit commit) => tails.GetValueOrDefault(commit)?.ClearUntil ?? commit.Offset;

    static bool NeedsReading(Tail? tail, long end) => tail is null || tail.IsHeldUp || (!tail.HasRecord && tail.ClearUntil < end);

    async Task ReadAsync(int leader, List<KeyValuePair<Commit, long>> wanted, CancellationToken cancellationToken)
    {
        try
        {
            // several groups may have committed different offsets of one partition: one of them at a time
            var asked = wanted
                // those that were never read first, or one that has to wait would keep its partition to itself
                .OrderBy(one => tails.ContainsKey(one.Key))
                .DistinctBy(one => one.Key.Partition)
                .ToDictionary(one => one.Key.Partition, one => (Commit: one.Key, End: one.Value));
            var positions = asked.Select(one => new FetchPosition(one.Key, Position(one.Value.Commit), PartitionBytes)).ToList();
            var answers = await kafka
                // committed, as most consumers that care read: aborted records are nothing to read either
                .FetchAsync(leader, positions, AnswerBytes, IsolationLevel.ReadCommitted, cancellationToken)
                .ConfigureAwait(false);
            foreach (var answer in answers.Where(a => a.Error == ErrorCode.None))
            {
                var (commit, end) = asked[answer.Partition];
                var position = Position(commit);
                var tail = Read(answer, position, end);
                // several leaders answer at once
                lock (seen)
                {
                    tails = tails.SetItem(commit, tail);
                }
            }
        }
        catch (Exception failure) when (failure is KafkaException or WireFormatException)
        {
            // asked again at the next reading; OffsetReader reports leaders that do not answer
        }
    }

    static Tail Read(FetchedPartition answer, long position, long end)
    {
        foreach (var batch in CommittedBatches.Read(answer.Records, answer.Aborted).Where(b => b.NextOffset > position))
        {
            // what cannot be read is a record all the same
            var first = batch.Records is null
                ? batch.BaseOffset
                : batch.Records.Where(r => r.Offset >= position).Select(r => (long?)r.Offset).FirstOrDefault();
            if (first is { } record)
            {
                return new Tail(Math.Max(position, record), HasRecord: true, IsHeldUp: false);
            }

            position = batch.NextOffset;
        }

        // behind the last stable offset lies an open transaction, which is asked about again until it ends
        var isOpen = position >= answer.LastStableOffset && answer.LastStableOffset < answer.HighWatermark;
        return new Tail(position, HasRecord: false, IsHeldUp: isOpen && position < end);
    }

    static int Leader(TopicTable topics, TopicPartition key) => topics.Find(key)?.Leader ?? -1;
}
