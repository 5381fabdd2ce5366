using System.Collections.Immutable;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using Dashboard.Operations;
using Dashboard.Security.Access;
using Kafka.Protocol;
using Microsoft.Extensions.Logging;

namespace Dashboard.Components.Features.Walkthroughs;

/// <summary>
/// What one walkthrough changes in a hosted cluster, and how to undo it: the topic it made, the brokers it killed, the leaders that moved
/// because of that. One page owns it; its methods are called one after the other. From the topic's creation to the end of the clean-up it
/// has the cluster's turn.
/// </summary>
public sealed partial class WalkthroughSession(
    IClusterMonitor monitor, INodeHost host, IAuditLog audit, IRecordWriter writer, WalkthroughTurn turn, WalkthroughMarks marks,
    ICurrentActor who, TimeProvider time, ILogger<WalkthroughSession> logger) : ITurnTaker
{
    public const string Topic = "walkthrough-demo";

    static readonly TimeSpan deadline = TimeSpan.FromSeconds(30);

    readonly CancellationTokenSource writing = new();
    readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly HashSet<int> killed = [];

    /// <summary>Partitions that a killed broker led as their preferred leader, with the leader epoch it led them in.</summary>
    readonly Dictionary<TopicPartition, int> displaced = [];
    Task written = Task.CompletedTask;
    bool created;

    /// <summary>Who began it, under whose name it is undone: also when they have left, or may less by then.</summary>
    Actor? beginner;

    /// <summary>Its creation was not answered: it is taken away all the same.</summary>
    bool mayExist;

    /// <summary>Brokers that this walkthrough killed and has not started again.</summary>
    public IReadOnlySet<int> Killed => killed;

    public bool Created => created;

    /// <summary>Another walkthrough changes this cluster, or is still being undone.</summary>
    public bool MustWait => turn.IsTaken(monitor.Id, by: this);

    /// <summary>Nobody's topic: a walkthrough that ended with its process left it.</summary>
    public bool HasLeftover => !created && !MustWait && monitor.Current.Topics.Value?.Find(Topic) is not null;

    public string By => (beginner ?? who.Actor).Name;

    /// <summary>Somebody wants it to end: the page that owns it does so between two steps. On no particular thread.</summary>
    public event Action<string>? EndWanted;

    public Task EndAsync(string by)
    {
        EndWanted?.Invoke(by);
        return ended.Task;
    }

    /// <summary>Makes the topic with exactly this placement and starts to write to it.</summary>
    /// <returns>Refusals, none when it was made.</returns>
    public async Task<ImmutableArray<Refusal>> CreateAsync(
        ImmutableArray<ImmutableArray<int>> placement, CancellationToken cancellationToken)
    {
        if (!turn.TryTake(monitor.Id, this))
        {
            throw new InvalidOperationException("Another walkthrough has begun meanwhile.");
        }
        beginner = who.Actor;
        await RemoveLeftoverAsync(cancellationToken).ConfigureAwait(false);
        var assignment = placement.Select((replicas, partition) => (partition, replicas))
            .ToImmutableDictionary(p => p.partition, p => p.replicas);
        marks.Set(monitor.Id);
        var command = new CreateTopic(Topic, null, null, assignment, ImmutableDictionary<string, string>.Empty);
        var result = await monitor.Commands.RunAsync(command, who.Actor, null, cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
        {
            mayExist = result.End == CommandEnd.Unknown;
            if (!mayExist)
            {
                marks.Clear(monitor.Id);
            }
            return result.Faults;
        }
        created = true;
        await monitor.WaitForAsync(
            s => s.Topics.Value?.Find(Topic) is { } topic && topic.Partitions.All(p => !p.IsOffline),
            deadline, cancellationToken).ConfigureAwait(false);
        written = Task.Run(WriteAsync, CancellationToken.None);
        return [];
    }

    public async Task RemoveLeftoverAsync(CancellationToken cancellationToken)
    {
        if (HasLeftover)
        {
            // who may make it may take away what another left, without the permission to delete topics
            var create = new Permission(AccessKind.Topics, AccessAction.Create, monitor.Id, Topic);
            var actor = who.Actor is var asking && asking.May(create) ? asking.ToUndo() : asking;
            await monitor.Commands.RunAsync(new DeleteTopic(Topic), actor, null, cancellationToken).ConfigureAwait(false);
            await monitor.WaitForAsync(s => s.Topics.Value?.Find(Topic) is null, deadline, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>Null, or why not.</returns>
    public async Task<string?> KillAsync(int broker, CancellationToken cancellationToken)
    {
        foreach (var topic in monitor.Current.Topics.Value?.Topics ?? [])
        {
            foreach (var p in topic.Partitions.Where(p => p.Leader == broker && p.PreferredLeader == broker))
            {
                displaced[new(topic.Name, p.Partition)] = p.LeaderEpoch;
            }
        }
        killed.Add(broker);
        var refusal = await ActAsync(broker, NodeAction.Kill, who.Actor, cancellationToken).ConfigureAwait(false);
        if (refusal is not null)
        {
            killed.Remove(broker);
        }
        return refusal;
    }

    /// <returns>Null, or why not.</returns>
    public Task<string?> StartAsync(int broker, CancellationToken cancellationToken) => StartAsync(broker, who.Actor, cancellationToken);

    /// <summary>Gives every leader that moved because of this walkthrough back to the broker that had it.</summary>
    public Task<ImmutableArray<Refusal>> ElectAsync(CancellationToken cancellationToken) => ElectAsync(who.Actor, cancellationToken);

    async Task<string?> StartAsync(int broker, Actor actor, CancellationToken cancellationToken)
    {
        var refusal = await ActAsync(broker, NodeAction.Start, actor, cancellationToken).ConfigureAwait(false);
        if (refusal is null)
        {
            killed.Remove(broker);
        }
        return refusal;
    }

    async Task<ImmutableArray<Refusal>> ElectAsync(Actor actor, CancellationToken cancellationToken)
    {
        var refusals = ImmutableArray.CreateBuilder<Refusal>();
        var topics = monitor.Current.Topics.Value;
        foreach (var topic in displaced.Keys
            .Where(p => topics?.Find(p.Topic)?.Partitions.ElementAtOrDefault(p.Partition) is { IsNotPreferred: true })
            .GroupBy(p => p.Topic))
        {
            var command = new ElectLeaders(ElectionType.Preferred, topic.Key, [.. topic.Select(p => p.Partition)]);
            var result = await monitor.Commands.RunAsync(command, actor, null, cancellationToken).ConfigureAwait(false);
            refusals.AddRange(result.Faults);
        }
        return refusals.ToImmutable();
    }

    /// <summary>
    /// Leaves the cluster as it was, whatever step the walkthrough was at. Ends after a deadline; what it could not undo is in the log.
    /// </summary>
    public async Task CleanUpAsync()
    {
        await writing.CancelAsync().ConfigureAwait(false);
        await written.ConfigureAwait(false);
        try
        {
            foreach (var broker in killed.ToArray())
            {
                await StartAsync(broker, Undo, CancellationToken.None).ConfigureAwait(false);
            }
            if (created || mayExist)
            {
                await DeleteAsync().ConfigureAwait(false);
                created = mayExist = false;
            }
            await ReturnLeadersAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            CleanUpFailed(logger, fault);
        }
        finally
        {
            turn.GiveBack(monitor.Id, this);
            ended.TrySetResult();
        }
    }

    Actor Undo => (beginner ?? who.Actor).ToUndo();

    async Task DeleteAsync()
    {
        if (await WalkthroughTopic.RemoveAsync(monitor, Undo, deadline, time, CancellationToken.None)
            .ConfigureAwait(false))
        {
            marks.Clear(monitor.Id);
            return;
        }
        CleanUpFailed(logger, new TimeoutException($"Topic {Topic} could not be deleted."));
    }

    async Task ReturnLeadersAsync()
    {
        foreach (var gone in displaced.Keys.Where(p => p.Topic == Topic).ToArray())
        {
            displaced.Remove(gone);
        }
        if (displaced.Count == 0)
        {
            return;
        }
        try
        {
            await monitor.WaitForAsync(AreBack, deadline, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException slow)
        {
            CleanUpFailed(logger, slow);
        }
        await ElectAsync(Undo, CancellationToken.None).ConfigureAwait(false);
        displaced.Clear();
    }

    /// <summary>
    /// All preferred replicas that lost their leadership are in sync again. Right after a kill the cluster has not noticed and they still
    /// lead: only a later leader epoch tells that they lost it.
    /// </summary>
    bool AreBack(ClusterSnapshot snapshot) => displaced.All(d =>
        snapshot.Topics.Value?.Find(d.Key.Topic)?.Partitions.ElementAtOrDefault(d.Key.Partition) is not { } p
            || (p.LeaderEpoch > d.Value && p.Isr.Contains(p.PreferredLeader)));

    async Task<string?> ActAsync(int broker, NodeAction action, Actor actor, CancellationToken cancellationToken) =>
        host.Nodes.FirstOrDefault(n => n.Kind == NodeKind.Broker && n.Id == broker) is { } node
            ? await NodeActions.RunAsync(host, audit, time, monitor.Id, node.Name, action, actor, cancellationToken)
                .ConfigureAwait(false)
            : $"broker {broker}";

    async Task WriteAsync()
    {
        try
        {
            await writer.WriteAsync(host.Bootstrap, Topic, writing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // the walkthrough is over
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            WritingFailed(logger, fault);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The walkthrough could not leave the cluster as it was")]
    static partial void CleanUpFailed(ILogger logger, Exception fault);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The walkthrough's records are not written any more")]
    static partial void WritingFailed(ILogger logger, Exception fault);
}
