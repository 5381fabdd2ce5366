using Dashboard.Monitoring.Checks;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Tests.Collectors;
using Dashboard.Monitoring.Tests.Support;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Dashboard.Monitoring.Tests.Checks;

/// <summary>Checks over sockets: a scripted ensemble beside brokers that answer as a test says. Time is moved by hand.</summary>
public sealed class MetadataCheckerTests : IAsyncDisposable
{
    readonly ScriptedZooKeeper server = new();
    readonly CollectorWorld world = new(brokers: 2);
    readonly ZooKeeperLink link;
    readonly MetadataChecker checker;
    Section<DifferenceTable>? published;
    int epoch = 4;

    public MetadataCheckerTests()
    {
        link = new ZooKeeperLink(ZooKeeperClientOptions.Parse($"{server.Address}/kafka"), NullLoggerFactory.Instance);
        checker = new MetadataChecker(world.Kafka, link, () => world.Snapshot, world.Time, section => published = section);
        server.Set("/kafka/brokers/ids/0");
        server.Set("/kafka/brokers/ids/1");
        server.Set("/kafka/controller", """{"version":2,"brokerid":0,"timestamp":"1"}""");
        server.Set("/kafka/brokers/topics/orders", """{"partitions":{"0":[0,1]},"version":3}""");
        SetState();
        world.On<MetadataRequest>((_, request) => Metadata(request));
        world.On<DescribeLogDirsRequest>((_, _) => new DescribeLogDirsResponse());
        world.On<DescribeConfigsRequest>((_, request) => new DescribeConfigsResponse());
    }

    public async ValueTask DisposeAsync()
    {
        checker.Dispose();
        await link.DisposeAsync();
        await server.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task All_agree_after_one_reading()
    {
        var table = await CheckAsync();
        Assert.Equal((0, 1, 2), (table.Total, table.Partitions, table.Brokers.Length));
        Assert.Same(table, published!.Value);
        Assert.Equal(1, server.Count(OpCode.GetData, "/kafka/brokers/topics/orders"));
    }

    [Fact]
    public async Task What_stays_different_is_told_with_since_when_and_ends_when_it_is_mended()
    {
        epoch = 3;
        var first = Assert.Single((await CheckAsync()).Differences);
        Assert.Equal((DifferenceKind.LeaderEpoch, "orders-0", "4"), (first.Kind, first.Where, first.Said));
        Assert.Equal([new BrokerSaying(0, "3"), new BrokerSaying(1, "3")], first.Brokers);
        world.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(first.Since, Assert.Single((await CheckAsync()).Differences).Since);
        epoch = 4;
        world.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty((await CheckAsync()).Differences);
    }

    [Fact]
    public async Task What_comes_late_to_the_brokers_is_no_difference()
    {
        epoch = 3;
        var checking = checker.ReadAsync(CollectorWorld.Token);
        await Eventually.TrueAsync(() => server.Count(OpCode.GetData, "/kafka/brokers/topics/orders") == 1, "read once");
        epoch = 4;
        Assert.Empty((await FinishAsync(checking)).Differences);
    }

    [Fact]
    public async Task A_broker_that_does_not_answer_is_named_and_what_it_believed_stays()
    {
        world.On<MetadataRequest>((broker, request) => Metadata(request, broker == 1 ? 3 : 4));
        Assert.Equal(1, Assert.Single(Assert.Single((await CheckAsync()).Differences).Brokers).Broker);
        world.Cut[1] = true;
        world.Time.Advance(TimeSpan.FromMinutes(2));
        var table = await CheckAsync();
        Assert.Equal([1], table.Errors.Keys);
        Assert.Equal([0], table.Brokers);
        Assert.Equal(1, Assert.Single(table.Differences).Brokers[0].Broker);
    }

    [Fact]
    public async Task A_topic_that_this_principal_may_not_describe_is_hidden_and_not_missing()
    {
        server.Set("/kafka/brokers/topics/secret", """{"partitions":{"0":[0]},"version":3}""");
        var table = await CheckAsync();
        Assert.Equal((0, 1), (table.Total, table.Hidden));
    }

    [Fact]
    public async Task A_check_that_is_young_is_given_again()
    {
        await CheckAsync();
        await CheckAsync();
        Assert.Equal(1, server.Count(OpCode.GetData, "/kafka/brokers/topics/orders"));
    }

    Task<DifferenceTable> CheckAsync() => FinishAsync(checker.ReadAsync(CollectorWorld.Token));

    async Task<DifferenceTable> FinishAsync(Task<Section<DifferenceTable>> checking)
    {
        await Eventually.TrueAsync(
            () =>
            {
                world.Time.Advance(TimeSpan.FromMilliseconds(checking.IsCompleted ? 0 : 100));
                return checking.IsCompleted;
            },
            "the check ends");
        var section = await checking;
        Assert.Null(section.Error);
        return section.Value!;
    }

    MetadataResponse Metadata(MetadataRequest request, int? says = null)
    {
        var answer = world.Metadata();
        answer.Topics.Add(CollectorWorld.Topic("orders", (0, [0, 1])));
        answer.Topics[0].Partitions[0].LeaderEpoch = says ?? epoch;
        if (request.Topics?.Any(t => t.Name == "secret") == true)
        {
            answer.Topics.Add(new() { Name = "secret", ErrorCode = (short)ErrorCode.TopicAuthorizationFailed });
        }

        return answer;
    }

    void SetState() => server.Set(
        "/kafka/brokers/topics/orders/partitions/0/state",
        """{"controller_epoch":1,"leader":0,"version":1,"leader_epoch":4,"isr":[0,1]}""");
}
