using Dashboard.Nodes;
using Kafka.Client;
using Kafka.Protocol.Records;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

[assembly: AssemblyFixture(typeof(Interop.Tests.Support.SharedCluster))]

namespace Interop.Tests.Support;

/// <summary>
/// Three coordinators and three brokers as `local` hosts them, for every test that harms no node. Started by the first test that asks.
/// </summary>
public sealed class SharedCluster : IAsyncDisposable
{
    readonly Lazy<Task<HostedCluster>> cluster = new(() => HostedCluster.StartAsync());

    public Task<HostedCluster> GetAsync() => cluster.Value;

    public async ValueTask DisposeAsync()
    {
        if (cluster.IsValueCreated && cluster.Value.IsCompletedSuccessfully)
        {
            await (await cluster.Value).DisposeAsync();
        }
    }
}

/// <summary>A cluster hosted in this process, on free ports.</summary>
public sealed class HostedCluster : IAsyncDisposable
{
    readonly TempDirectory directory = new();
    readonly NodeHost host;

    HostedCluster(int coordinators, int brokers)
    {
        HostedPorts.Remember(directory.Path, coordinators, brokers);
        var options = new HostingOptions { DataDirectory = directory.Path, Coordinators = coordinators, Brokers = brokers };
        host = new NodeHost(options, NullLogger<NodeHost>.Instance, TimeProvider.System);
    }

    /// <summary>host:port of each broker, with commas.</summary>
    public string Bootstrap => host.Bootstrap;

    /// <summary>host:port of each coordinator, with commas, without Kafka's chroot.</summary>
    public string Ensemble => host.ZooKeeperConnect!.Split('/')[0];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<HostedCluster> StartAsync(int coordinators = 3, int brokers = 3)
    {
        var cluster = new HostedCluster(coordinators, brokers);
        await cluster.host.StartAsync(CancellationToken.None);
        try
        {
            await Eventually.TrueAsync(() => cluster.host.AllReady, "all nodes are ready", TimeSpan.FromSeconds(60));
            return cluster;
        }
        catch
        {
            var tail = string.Join('\n', cluster.host.Tail(null).TakeLast(60));
            await cluster.DisposeAsync();
            throw new InvalidOperationException($"the hosted nodes did not become ready:\n{tail}");
        }
    }

    /// <summary>The node whose client port it is: zk1, kafka0 …</summary>
    public string NodeAt(int port) => host.Nodes.Single(node => node.Port == port).Name;

    public Task KillAsync(string node) => host.ActAsync(node, NodeAction.Kill, "test", Token);

    public Task RestartAsync(string node) => host.ActAsync(node, NodeAction.Start, "test", Token);

    public Task<bool> RunsAsync(string node) => Task.FromResult(host.Nodes.Single(n => n.Name == node).State == NodeState.Running);

    public KafkaCluster Client() => new(KafkaCluster.ParseBootstrap(Bootstrap), new KafkaClientOptions());

    /// <summary>The first segment of a partition on the broker's disk; one file per replica.</summary>
    public string Segment(int broker, string topic, int partition) =>
        Path.Combine(directory.Path, $"kafka{broker}", "logs", $"{topic}-{partition}", "00000000000000000000.log");

    /// <summary>The batches of a partition as its leader has them on disk.</summary>
    public async Task<IReadOnlyList<RecordBatch>> BatchesAsync(string topic, int partition = 0)
    {
        await using var client = Client();
        var metadata = await client.MetadataAsync([topic], Token);
        var leader = metadata.Topics.Single().Partitions.Single(p => p.PartitionIndex == partition).LeaderId;
        await using var file = new FileStream(Segment(leader, topic, partition), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        var read = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, Token);
        return RecordBatches.Enumerate(bytes.AsMemory(0, read)).ToList();
    }

    /// <summary>The last lines of all nodes' logs, for the message of a failed assertion.</summary>
    public string LogTail(int lines = 40) => string.Join('\n', host.Tail(null).TakeLast(lines)
        .Select(line => $"{line.At:HH:mm:ss.fff} {line.Node} {line.Level} {line.Text}"));

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync(CancellationToken.None);
        host.Dispose();
        directory.Dispose();
    }
}
