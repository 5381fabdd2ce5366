using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Messages;
using Dashboard.Monitoring.Model;

namespace Dashboard.Tests.Fakes;

/// <summary>A monitor whose snapshots a test publishes by hand.</summary>
public sealed class FakeClusterMonitor(ClusterSnapshot first) : IClusterMonitor
{
    readonly ConcurrentDictionary<Channel<ClusterSnapshot>, bool> readers = new();

    public string Id { get; } = first.Id;

    public ClusterKind Kind { get; } = first.Kind;

    public ClusterSnapshot Current { get; private set; } = first;

    public IHistory History { get; init; } = new FakeHistory();

    public IClusterCommands Commands { get; init; } = null!;

    public IZnodeBrowser Znodes { get; init; } = null!;

    public ISessionReader Sessions { get; set; } = null!;

    public IMetadataCheck MetadataCheck { get; set; } = null!;

    public IMetadataBrowser Metadata { get; set; } = null!;

    public ClusterData Data { get; set; } = null!;

    public IMessageReader Messages { get; init; } = null!;

    public IInterest Interest { get; } = new FakeInterest();

    /// <summary>On any screen.</summary>
    public IEnumerable<string> GroupsSeen => ((FakeInterest)Interest).Looks.Values.SelectMany(groups => groups);

    public Action? Refreshed { get; set; }

    public int Subscribers => readers.Count;

    public void Publish(ClusterSnapshot snapshot)
    {
        Current = snapshot;
        foreach (var reader in readers.Keys)
        {
            reader.Writer.TryWrite(snapshot);
        }
    }

    public async IAsyncEnumerable<ClusterSnapshot> SubscribeAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var channel = Channel.CreateBounded<ClusterSnapshot>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        readers[channel] = true;
        try
        {
            channel.Writer.TryWrite(Current);
            await foreach (var snapshot in channel.Reader.ReadAllAsync(cancellation))
            {
                yield return snapshot;
            }
        }
        finally
        {
            readers.TryRemove(channel, out _);
        }
    }

    public async Task<ClusterSnapshot> WaitForAsync(
        Func<ClusterSnapshot, bool> condition, TimeSpan deadline, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(deadline);
        try
        {
            await foreach (var snapshot in SubscribeAsync(limit.Token))
            {
                if (condition(snapshot))
                {
                    return snapshot;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
        }
        throw new TimeoutException();
    }

    public void RequestRefresh() => Refreshed?.Invoke();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Remembers who looks at what.</summary>
public sealed class FakeInterest : IInterest
{
    public ConcurrentDictionary<ILook, string[]> Looks { get; } = new();

    public ILook Look() => new Eyes(Looks);

    sealed class Eyes(ConcurrentDictionary<ILook, string[]> looks) : ILook
    {
        public void At(IEnumerable<string> groups) => looks[this] = [.. groups];

        public void Dispose() => looks.TryRemove(this, out _);
    }
}

/// <summary>Clusters come and go as a test says.</summary>
public sealed class FakeClusterRegistry(params IClusterMonitor[] clusters) : IClusterRegistry
{
    public event Action? Changed;

    public IReadOnlyList<IClusterMonitor> Clusters { get; private set; } = clusters;

    public IClusterMonitor? Find(string id) => Clusters.FirstOrDefault(c => c.Id == id);

    public void Set(params IEnumerable<IClusterMonitor> next)
    {
        Clusters = [.. next];
        Changed?.Invoke();
    }
}
