using Kafka.Client.Trial;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Testing;

namespace Kafka.Client.Tests;

public class TrialTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ApacheKind.ZooKeeper, "those of Kafka 3.9")]
    [InlineData(ApacheKind.KRaft, "those of Kafka 4.3")]
    public async Task The_release_of_Apaches_brokers_is_told(ApacheKind kind, string release)
    {
        await using var apache = await ApacheCluster.StartAsync(kind, 1, 2);
        await Eventually.TrueAsync(
            async () =>
            {
                var steps = await TryAsync(apache.Bootstrap);
                return steps.All(step => step.Ok) && steps.Count == 7 && steps[4].Detail.Contains(release, StringComparison.Ordinal)
                    && steps[5].Detail.Contains("brokers 0 (", StringComparison.Ordinal);
            },
            $"a trial succeeds and says {release}");
    }

    [Fact]
    public async Task Bootstrap_servers_that_are_not_there_do_not_matter_while_one_is()
    {
        await using var broker = new FakeBroker();
        broker.Handler = (_, body) => body is MetadataRequest
            ? broker.Metadata()
            : new DescribeClusterResponse { ClusterAuthorizedOperations = 1 << 8 };
        var dead = FreePorts.Take(1)[0];
        var steps = await TryAsync($"broker.invalid:9092,127.0.0.1:{dead},127.0.0.1:{broker.Port}");
        Assert.All(steps, step => Assert.True(step.Ok, step.ToString()));
        Assert.Contains("does not know the name broker.invalid", steps[0].Detail);
        Assert.StartsWith($"127.0.0.1:{broker.Port}; 127.0.0.1:{dead} is unreachable", steps[1].Detail);
        Assert.StartsWith("with the cluster: Describe; not DescribeConfigs", steps[6].Detail);
    }

    /// <summary>A proxy takes every connection; only an answer shows that a broker is behind it.</summary>
    [Fact]
    public async Task A_broker_is_reached_when_it_answers_where_it_says_that_it_is()
    {
        await using var other = new FakeBroker { NodeId = 1, Bare = (connection, _) => Close(connection) };
        await using var broker = new FakeBroker();
        broker.Handler = (_, _) => broker.Metadata(other);
        var last = (await TryAsync($"127.0.0.1:{broker.Port}"))[^1];
        Assert.Equal(("clusterId", false), (last.Step, last.Ok));
        Assert.Contains($"Broker 1 advertises 127.0.0.1:{other.Port}, which cannot be reached", last.Detail, StringComparison.Ordinal);

        static bool Close(Wire.Connection connection)
        {
            connection.Drop("a proxy with nobody behind it");
            return true;
        }
    }

    [Fact]
    public async Task A_controller_is_told_from_a_broker()
    {
        await using var controller = new FakeBroker();
        controller.Versions.Remove(ApiKey.Metadata);
        controller.Versions[ApiKey.Vote] = (0, 2);
        var last = (await TryAsync($"127.0.0.1:{controller.Port}"))[^1];
        Assert.Equal(("clusterId", false), (last.Step, last.Ok));
        Assert.Contains("is a listener of a KRaft controller, not of a broker", last.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_ends_it_at_once()
    {
        Assert.Equal([("resolve", false)], (await TryAsync("broker.invalid:9092")).Select(step => (step.Step, step.Ok)));
        var steps = await TryAsync($"127.0.0.1:{FreePorts.Take(1)[0]}");
        Assert.Equal([("resolve", true), ("connect", false)], steps.Select(step => (step.Step, step.Ok)));
    }

    static async Task<List<Wire.ConnectionStep>> TryAsync(string bootstrap)
    {
        var steps = new List<Wire.ConnectionStep>();
        await foreach (var step in ConnectionTrial.RunAsync(KafkaCluster.ParseBootstrap(bootstrap), new KafkaClientOptions(), Token))
        {
            steps.Add(step);
            TestContext.Current.TestOutputHelper?.WriteLine($"{step}");
        }

        return steps;
    }
}
