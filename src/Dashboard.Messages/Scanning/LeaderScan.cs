using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Messages;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Client.Data;
using Kafka.Protocol;
using Wire;

namespace Dashboard.Messages.Scanning;

/// <summary>What of a scan concerns one leader. One that is silent or slow holds up no other.</summary>
/// <param name="search">Takes what is to be searched.</param>
/// <param name="move">Of a partition that this leader does not lead, or that cannot be asked here: finds it elsewhere, or fails it.</param>
sealed class LeaderScan(
    ClusterData data, int leader, ScanQuery query, Scan scan, Action<Portion> search, Func<int, SectionError, CancellationToken, Task> move)
{
    /// <summary>Of an answer with records in it, which on a slow link takes its time.</summary>
    static readonly TimeSpan fetchDeadline = TimeSpan.FromSeconds(30);

    /// <summary>An answer holds at most so much; less where answers of that size take long, more where they do not.</summary>
    const int LeastBytes = 64 << 10, FirstBytes = 1 << 20, MostBytes = 8 << 20;

    static readonly TimeSpan quick = TimeSpan.FromSeconds(1), slow = TimeSpan.FromSeconds(5);

    readonly KafkaCluster cluster = data.Kafka;
    int most = query.Filter is null ? FirstBytes : MostBytes;

    ErrorSource Source => ErrorSource.Broker(
        leader, cluster.View.Brokers.TryGetValue(leader, out var broker) ? HostPort.Format(broker.Host, broker.Port) : null);

    /// <summary>Until the scan is over. Throws only when cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!scan.IsOver)
        {
            // taken before asking: a change in between must not be missed
            var changed = scan.Changed.Next;
            var (positions, isolation) = scan.Ask(leader);
            if (positions.Count == 0)
            {
                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            // after asking, so that what is paid for is really fetched; all searches of the cluster share it
            await data.Budget.WaitAsync(cancellationToken).ConfigureAwait(false);
            await FetchAsync(positions, isolation, cancellationToken).ConfigureAwait(false);
        }
    }

    async Task FetchAsync(IReadOnlyList<FetchPosition> positions, IsolationLevel isolation, CancellationToken cancellationToken)
    {
        var began = data.Time.GetTimestamp();
        IReadOnlyList<FetchedPartition> answers;
        try
        {
            answers = await cluster.FetchAsync(leader, positions, most, isolation, cancellationToken, fetchDeadline).ConfigureAwait(false);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            await Task.WhenAll(positions.Select(p => move(p.Partition.Partition, Error(failure), cancellationToken))).ConfigureAwait(false);
            return;
        }

        var took = data.Time.GetElapsedTime(began);
        // follows the line: a slow one gets small answers, so that records come and the deadline holds
        most = took < quick ? Math.Min(most * 2, MostBytes) : took > slow ? Math.Max(most / 2, LeastBytes) : most;
        data.Budget.Spend(answers.Sum(a => (long)a.Records.Length));
        foreach (var answer in answers)
        {
            await TakeAsync(answer, answer.Partition == positions[0].Partition, cancellationToken).ConfigureAwait(false);
        }

        // left out of an answer they would stay "asked" for ever
        var missing = positions.Select(p => p.Partition).Except(answers.Select(a => a.Partition)).Select(p => p.Partition).ToList();
        if (missing.Count > 0)
        {
            scan.Fail(missing, Error(new KafkaException(ErrorCode.UnknownTopicOrPartition)));
        }

        scan.Changed.Beat();
    }

    async Task TakeAsync(FetchedPartition answer, bool wasFirst, CancellationToken cancellationToken)
    {
        var partition = answer.Partition.Partition;
        try
        {
            var portions = answer.Error switch
            {
                ErrorCode.None => scan.Take(answer, wasFirst),
                ErrorCode.OffsetOutOfRange =>
                    scan.BeginsAt(partition, await BeginAsync(answer.Partition, cancellationToken).ConfigureAwait(false)),
                _ => throw new KafkaException(answer.Error),
            };
            foreach (var portion in portions)
            {
                search(portion);
            }
        }
        // the partition has another leader: looked for, not given up
        catch (KafkaException failure) when (IsOfLeader(failure.Code))
        {
            await move(partition, Error(failure), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is KafkaException or WireFormatException)
        {
            scan.Fail([partition], Error(failure));
        }
    }

    static bool IsOfLeader(ErrorCode code) => code
        is ErrorCode.NotLeaderOrFollower or ErrorCode.LeaderNotAvailable or ErrorCode.ReplicaNotAvailable
        or ErrorCode.FencedLeaderEpoch or ErrorCode.UnknownLeaderEpoch or ErrorCode.BrokerNotAvailable;

    async Task<long> BeginAsync(TopicPartition partition, CancellationToken cancellationToken)
    {
        var asked = new Dictionary<int, IReadOnlyList<TopicPartition>> { [leader] = [partition] };
        var answers = await cluster.ListOffsetsAsync(asked, ListOffsetsCalls.Earliest, cancellationToken).ConfigureAwait(false);
        return answers[partition].Require().Offset;
    }

    SectionError Error(Exception failure) => Errors.From(failure, Source, data.Time.GetUtcNow());
}
