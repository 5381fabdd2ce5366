using Kafka.Broker.Configuration;
using Kafka.Broker.Replication.Following;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Kafka.Broker.Replication;

/// <summary>
/// Fetches from one leader all partitions that this broker follows there: one request under way at a time, long-polling. Diverging logs are
/// cut as the response says (KIP-595), so there is no separate question for epochs. Its partitions are state of the replica loop.
/// </summary>
sealed partial class FollowerFetcher(ReplicaManager replicas, int leaderId, (string Host, int Port) address, ILogger logger)
{
    static readonly TimeSpan longestBackoff = TimeSpan.FromMilliseconds(200);
    readonly Dictionary<(Guid Topic, int Index), Partition> partitions = [];
    readonly List<Partition> order = [];
    readonly FollowerSession session = new();
    TaskCompletionSource added = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Task running = Task.CompletedTask;
    int turn;
    bool reachable = true;

    /// <summary>Where the leader listens; a new one is used at the next connect.</summary>
    public (string Host, int Port) Address { get; set; } = address;

    public void Start() => running = Task.Run(RunAsync);

    public Task StopAsync() => running;

    /// <summary>On the loop.</summary>
    public void Add(Partition partition)
    {
        if (partitions.TryAdd((partition.TopicId, partition.TopicPartition.Partition), partition))
        {
            order.Add(partition); // beside the dictionary: taking turns needs an order that stays
            Interlocked.Exchange(ref added, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }
    }

    /// <summary>On the loop.</summary>
    public void Remove(Partition partition)
    {
        if (partitions.Remove((partition.TopicId, partition.TopicPartition.Partition)))
        {
            order.Remove(partition);
        }
    }

    async Task RunAsync()
    {
        ILeaderLink? link = null;
        var stopping = replicas.Stopping;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await replicas.Gate.WaitAsync(stopping).ConfigureAwait(false);
                var more = Volatile.Read(ref added).Task; // taken before the request is built: nothing added is missed
                var request = await replicas.Loop.InvokeAsync(BuildRequest).ConfigureAwait(false);
                if (request is null)
                {
                    await more.WaitAsync(Backoff, replicas.Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    continue;
                }

                link ??= await ConnectAsync(stopping).ConfigureAwait(false);
                var response = await FetchAsync(link, request, more, stopping).ConfigureAwait(false);
                if (!session.Answered(response))
                {
                    continue;
                }

                var reset = await replicas.Loop.InvokeAsync(() => Apply(response)).ConfigureAwait(false);
                if (reset.Count > 0)
                {
                    await ResetAsync(link, reset, stopping).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                // a leader that cannot be reached is asked again until the controller names another
                LogLost(e);
                await DropAsync(link).ConfigureAwait(false);
                link = null;
                // the leader's session may have gone with the connection
                session.Reset();
                await PauseAsync(stopping).ConfigureAwait(false);
            }
        }

        await DropAsync(link).ConfigureAwait(false);
    }

    /// <summary>
    /// The long poll; when partitions come to be followed meanwhile, an empty fetch behind it ends it at once (see
    /// <see cref="ReplicaManager.EndOlderFetch"/>), so that a new leader need not wait for its followers.
    /// </summary>
    static async Task<FetchResponse> FetchAsync(ILeaderLink link, FetchRequest request, Task more, CancellationToken stopping)
    {
        var fetch = link.FetchAsync(request, stopping);
        if (await Task.WhenAny(fetch, more).ConfigureAwait(false) == more)
        {
            // outside of any session (epoch -1 by default), so the one of the long poll goes on. Apache's leaders answer it after the long
            // poll
            _ = link.FetchAsync(new FetchRequest { ReplicaState = request.ReplicaState }, stopping).ContinueWith(
                static nudge => nudge.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }

        return await fetch.ConfigureAwait(false);
    }

    async Task<ILeaderLink> ConnectAsync(CancellationToken stopping)
    {
        var (host, port) = Address;
        var link = await replicas.Others.Connect(host, port, stopping).ConfigureAwait(false);
        LogConnected(leaderId, host, port);
        reachable = true;
        return link;
    }

    void LogLost(Exception e)
    {
        if (reachable)
        {
            LogUnreachable(leaderId, Address.Host, Address.Port, e.Message);
        }

        reachable = false;
    }

    async Task PauseAsync(CancellationToken stopping)
    {
        try
        {
            await Task.Delay(Backoff, replicas.Time, stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // the loop above ends by itself
        }
    }

    /// <summary>replica.fetch.backoff.ms, but a leader that restarts is found within a fraction of a second.</summary>
    TimeSpan Backoff => replicas.Config.ReplicaFetchBackoff < longestBackoff ? replicas.Config.ReplicaFetchBackoff : longestBackoff;

    static async Task DropAsync(ILeaderLink? link)
    {
        if (link is not null)
        {
            await link.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>On the loop: what to ask next; null when there is nothing to ask for now.</summary>
    FetchRequest? BuildRequest()
    {
        var now = replicas.Time.GetTimestamp();
        var config = replicas.Config;
        var request = new FetchRequest
        {
            // the broker epoch lets the leader know a replica that has restarted and may have lost its tail (KIP-903)
            ReplicaState = new() { ReplicaId = replicas.BrokerId, ReplicaEpoch = replicas.Others.Identity.BrokerEpoch },
            MaxWaitMs = (int)config.ReplicaFetchWaitMax.TotalMilliseconds,
            MinBytes = config.ReplicaFetchMinBytes,
            MaxBytes = config.ReplicaFetchResponseMaxBytes,
        };
        var any = false;
        session.BeginRequest();
        for (var i = 0; i < order.Count; i++)
        {
            // another partition is the first of each request: the first ones must not use up the limit of bytes for ever
            var partition = order[(i + turn) % order.Count];
            if (partition.Log is { } log && partition.FetchDelayedUntil <= now && !IsHeldBack(partition, log))
            {
                any = true;
                Ask(request, partition, new FetchQuestion(partition.LeaderEpoch, log.LogEndOffset, log.Epochs.Latest, log.LogStartOffset));
            }
        }

        turn = order.Count > 0 ? (turn + 1) % order.Count : 0;
        if (!any)
        {
            // the request that would empty the session at the leader is not sent: the two sides no longer agree on what is in it
            session.Reset();
            return null;
        }

        session.EndRequest(request);
        return request;
    }

    void Ask(FetchRequest request, Partition partition, in FetchQuestion question)
    {
        if (!session.Ask(partition.TopicId, partition.TopicPartition.Partition, question))
        {
            return;
        }

        if (request.Topics is not [.., var topic] || topic.TopicId != partition.TopicId)
        {
            request.Topics.Add(topic = new() { Topic = partition.TopicPartition.Topic, TopicId = partition.TopicId });
        }

        topic.Partitions.Add(new()
        {
            Partition = partition.TopicPartition.Partition,
            CurrentLeaderEpoch = question.LeaderEpoch,
            FetchOffset = question.Offset,
            LastFetchedEpoch = question.LastFetchedEpoch,
            LogStartOffset = question.LogStartOffset,
            PartitionMaxBytes = replicas.Config.ReplicaFetchMaxBytes,
        });
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Following leader {Leader} at {Host}:{Port}")]
    partial void LogConnected(int leader, string host, int port);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Leader {Leader} at {Host}:{Port} cannot be fetched from: {Reason}")]
    partial void LogUnreachable(int leader, string host, int port, string reason);
}
