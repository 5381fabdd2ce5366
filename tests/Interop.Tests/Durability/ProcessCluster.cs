using System.Diagnostics;
using Dashboard.Nodes;
using Kafka.Client;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using ZooKeeper.Client;

namespace Interop.Tests.Durability;

/// <summary>
/// Each node a process of its own, from the same files that the host writes, so that it can be killed as only a system kills.
/// </summary>
sealed class ProcessCluster : IAsyncDisposable
{
    readonly TempDirectory directory = new();
    readonly Dictionary<string, Process> processes = [];
    readonly string program;

    ProcessCluster(int coordinators, int brokers)
    {
        var (tests, source) = (Path.Combine("tests", "Interop.Tests"), Path.Combine("src", "Dashboard"));
        program = Path.GetFullPath(AppContext.BaseDirectory.Replace(tests, source) + "Castellan.dll");
        Assert.True(File.Exists(program), $"{program} was not built");
        HostedPorts.Remember(directory.Path, coordinators, brokers);
        var options = new HostingOptions { DataDirectory = directory.Path, Coordinators = coordinators, Brokers = brokers };
        using var files = new NodeHost(options, NullLogger<NodeHost>.Instance, TimeProvider.System);
        Nodes = [.. files.Nodes];
        Bootstrap = files.Bootstrap;
        Ensemble = files.ZooKeeperConnect!.Split('/')[0];
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    public IReadOnlyList<HostedNode> Nodes { get; }

    public string Bootstrap { get; }

    public string Ensemble { get; }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<ProcessCluster> StartAsync(int coordinators, int brokers)
    {
        var cluster = new ProcessCluster(coordinators, brokers);
        try
        {
            foreach (var node in cluster.Nodes)
            {
                cluster.Start(node.Name);
            }

            await cluster.AllBrokersAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public void Start(string name)
    {
        var verb = name.StartsWith("zk", StringComparison.Ordinal) ? "zookeeper" : "kafka";
        var config = Path.Combine(directory.Path, name, verb == "kafka" ? "server.properties" : "zoo.cfg");
        const string script = "exec dotnet \"$1\" \"$2\" \"$3\" >>\"$4\" 2>&1";
        processes[name] = Process.Start("/bin/sh", ["-c", script, "sh", program, verb, config, directory[$"{name}.log"]]);
    }

    /// <summary>kill -9.</summary>
    public void Kill(string name)
    {
        Assert.False(processes[name].HasExited, $"{name} ended by itself: {LogTail(name)}");
        processes[name].Kill();
        processes[name].WaitForExit();
    }

    public string LogTail(string name)
    {
        var log = directory[$"{name}.log"];
        return File.Exists(log) ? string.Join('\n', File.ReadAllLines(log).TakeLast(30)) : "";
    }

    public string LogTails() => string.Join('\n', Nodes.Select(node => $"--- {node.Name}\n{LogTail(node.Name)}"));

    public KafkaCluster Client() => new(KafkaCluster.ParseBootstrap(Bootstrap), new KafkaClientOptions());

    public ZooKeeperClient ZooKeeper() => new(ZooKeeperClientOptions.Parse(Ensemble) with
    {
        SessionTimeout = TimeSpan.FromSeconds(20),
        RequestTimeout = TimeSpan.FromSeconds(10),
    });

    /// <summary>All brokers are registered, and of the topic, where one is given, all replicas are in sync.</summary>
    public async Task AllBrokersAsync(string? topic = null)
    {
        await using var client = Client();
        var brokers = Nodes.Count(node => node.Kind == NodeKind.Broker);
        try
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    MetadataResponse metadata = await client.MetadataAsync(topic is null ? [] : [topic], Token);
                    var partitions = metadata.Topics.SelectMany(t => t.Partitions);
                    return metadata.Brokers.Count == brokers
                        && partitions.All(p => p.IsrNodes.Count == p.ReplicaNodes.Count && p.LeaderId >= 0);
                },
                "all brokers are there, all replicas in sync",
                TimeSpan.FromSeconds(90));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"{e.Message}\n{LogTails()}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        KillAll();
        foreach (var process in processes.Values)
        {
            await process.WaitForExitAsync();
            process.Dispose();
        }

        directory.Dispose();
    }

    void OnExit(object? sender, EventArgs e) => KillAll();

    void KillAll()
    {
        foreach (var process in processes.Values.Where(process => !process.HasExited))
        {
            process.Kill();
        }
    }
}
