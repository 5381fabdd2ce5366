using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Dashboard.Nodes.Exchanges;
using Dashboard.Nodes.Files;
using Dashboard.Nodes.Logs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wire;
using Wire.Files;

namespace Dashboard.Nodes;

/// <summary>
/// The nodes that are hosted, whichever engine they are of: one <see cref="NodeHost"/> after the other. Holds the data directory for all of
/// them. Changes of nodes and engine come one at a time.
/// </summary>
public sealed partial class EngineHost : INodeHost, IEngineExchange, IHostedService, IDisposable
{
    readonly string root;
    readonly IReadOnlyList<string> launch;
    readonly ILogger<NodeHost> logger;
    readonly TimeProvider time;
    readonly NodeLogs logs;
    readonly LockFile directory;
    readonly SemaphoreSlim turn = new(1, 1);
    HostingOptions options;
    bool begun;
    volatile NodeHost current;
    volatile CancellationTokenSource replaced = new();

    /// <param name="options">Of the first nodes.</param>
    /// <param name="root">The data directory of the process; theirs is it, or below.</param>
    /// <param name="launch">See <see cref="ApacheOptions.Launch"/>.</param>
    /// <param name="chosenElsewhere">Why no other engine can be chosen here; null: it can.</param>
    /// <exception cref="HostingException">The data directory cannot be used, or what the engine needs is missing.</exception>
    public EngineHost(
        HostingOptions options, string root, IReadOnlyList<string> launch, string? chosenElsewhere, ILogger<NodeHost> logger,
        TimeProvider time)
    {
        (this.options, this.root, this.launch, ChosenElsewhere) = (options, root, launch, chosenElsewhere);
        (this.logger, this.time, logs) = (logger, time, new NodeLogs(time));
        directory = DataDirectoryLock.Take(root);
        try
        {
            current = Open(options);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    public HostedEngine Engine => current.Engine;

    public CancellationToken Replaced => replaced.Token;

    public ImmutableArray<HostedNode> Nodes => current.Nodes;

    public bool AllReady => Exchange is not { IsClosed: true } && current.AllReady;

    public string Bootstrap => current.Bootstrap;

    public string? ClusterId => current.ClusterId;

    public string? ZooKeeperConnect => current.ZooKeeperConnect;

    public NodeSettings Settings => current.Settings;

    public long LogVersion => logs.Version;

    public ImmutableArray<HostedElection> Elections => current.Elections;

    public event Action? EnsembleChanged;

    public ImmutableArray<NodeLogLine> Tail(string? name) => logs.Tail(name);

    /// <summary>Goes on with the nodes that come into the place of others.</summary>
    public async IAsyncEnumerable<ImmutableArray<HostedNode>> SubscribeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            await foreach (var nodes in current.SubscribeAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return nodes;
            }

            // the inner stream ends when its host leaves: the next one is current by then
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public NodeActionPlan Plan(string name, NodeAction action) =>
        WhyClosed is { } why ? new NodeActionPlan(name, action, false, why) : current.Plan(name, action);

    public AddedBrokerPlan PlanBroker() =>
        WhyClosed is { } why ? AddedBrokerPlan.Refused(CodedText.Of("EngineExchanging", $"{why}")) : current.PlanBroker();

    public string? WhyNotRemove(string name) => WhyClosed ?? current.WhyNotRemove(name);

    public Task ActAsync(string name, NodeAction action, string user, CancellationToken cancellationToken)
    {
        RequireOpen();
        return current.ActAsync(name, action, user, cancellationToken);
    }

    public Task<HostedNode> AddBrokerAsync(string user, CancellationToken cancellationToken) =>
        InTurnAsync(host => host.AddBrokerAsync(user, cancellationToken), cancellationToken);

    public Task RemoveBrokerAsync(string name, string user, CancellationToken cancellationToken) =>
        InTurnAsync(async host =>
        {
            await host.RemoveBrokerAsync(name, user, cancellationToken).ConfigureAwait(false);
            return true;
        }, cancellationToken);

    /// <summary>Once, however often it is asked: who makes the web server may start them before it is there.</summary>
    public Task StartAsync(CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref begun, true) ? Task.CompletedTask : current.StartAsync(cancellationToken);

    /// <summary>An exchange that is under way is seen through first: it ends within what stopping takes.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // not the caller's token: nodes that are left behind would be killed with the process, brokers in the middle of a write
        await turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            await current.StopAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose()
    {
        current.Dispose();
        directory.Dispose();
        replaced.Dispose();
        turn.Dispose();
    }

    string? WhyClosed => Exchange is { IsClosed: true } ? "the engine is being exchanged" : null;

    async Task<T> InTurnAsync<T>(Func<NodeHost, Task<T>> change, CancellationToken cancellationToken)
    {
        RequireOpen();
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            RequireOpen();
            return await change(current).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    void RequireOpen()
    {
        if (WhyClosed is { } why)
        {
            throw new NodeActionException($"Not now: {why}. Wait until it has ended.");
        }
    }

    NodeHost Open(HostingOptions chosen)
    {
        var host = new NodeHost(chosen, null, logs, logger, time);
        host.EnsembleChanged += () => EnsembleChanged?.Invoke();
        return host;
    }
}
