using Interop.Tests.Remote;
using Kafka.Client;
using Kafka.Client.Admin;
using Testing;

namespace Interop.Tests.Releases;

/// <summary>
/// Apache's brokers of 3.9 in ZooKeeper mode with a second listener, which they advertise as an <see cref="OldBroker"/> each: who comes in
/// by one of those sees an old cluster only.
/// </summary>
public sealed class OldReleaseFixture() : ApacheClusterFixture(ApacheKind.ZooKeeper, coordinators: 1, brokers: 3)
{
    IReadOnlyList<OldBroker>? brokers;

    /// <summary>In the order of their ids, and of this release from now on.</summary>
    public async Task<IReadOnlyList<OldBroker>> BrokersAsync(string release)
    {
        var apis = KafkaReleaseApis.Of(release);
        brokers ??= await OpenAsync(await GetAsync(), apis);
        foreach (var broker in brokers)
        {
            broker.Apis = apis;
        }

        return brokers;
    }

    /// <summary>The program in front of it.</summary>
    public async Task<RunningDashboard> DashboardAsync(string release)
    {
        var first = (await BrokersAsync(release))[0];
        return await RemoteFixture.OpenAsync("--kafka", $"127.0.0.1:{first.Port}", "--zookeeper", (await GetAsync()).ZooKeeper);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var broker in brokers ?? [])
        {
            await broker.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    static async Task<IReadOnlyList<OldBroker>> OpenAsync(ApacheCluster cluster, KafkaReleaseApis apis)
    {
        await using var kafka = new KafkaCluster(KafkaCluster.ParseBootstrap(cluster.Bootstrap), new());
        await kafka.MetadataAsync([], TestContext.Current.CancellationToken);
        var opened = new List<OldBroker>();
        foreach (var (id, address) in cluster.Bootstrap.Split(',').Index())
        {
            var inner = FreePorts.Take(1)[0];
            opened.Add(new OldBroker(inner, apis));
            var settings = new Dictionary<string, string>
            {
                ["listener.security.protocol.map"] = "PLAINTEXT:PLAINTEXT,OLD:PLAINTEXT",
                ["listeners"] = $"PLAINTEXT://{address},OLD://127.0.0.1:{inner}",
                ["advertised.listeners"] = $"PLAINTEXT://{address},OLD://127.0.0.1:{opened[^1].Port}",
            };
            var broker = new ConfigResource(ConfigResourceType.Broker, $"{id}");
            var changes = new Dictionary<ConfigResource, IReadOnlyList<ConfigChange>>
            {
                [broker] = [.. settings.Select(one => new ConfigChange(one.Key, ConfigOperation.Set, one.Value))],
            };
            var answer = await kafka.AlterConfigsAsync(changes, validateOnly: false, TestContext.Current.CancellationToken);
            Assert.Null(answer[broker]);
        }

        return opened;
    }
}
