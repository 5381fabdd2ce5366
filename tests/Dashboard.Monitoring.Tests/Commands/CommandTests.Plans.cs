using System.Collections.Immutable;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Kafka.Protocol.Messages;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Commands;

/// <summary>What a creation would come to, before it is sent.</summary>
public sealed partial class CommandTests
{
    [Fact]
    public async Task What_was_typed_with_units_is_sent_in_Kafkas_and_what_is_none_is_refused_by_name()
    {
        var configs = ImmutableDictionary<string, string>.Empty
            .Add("retention.ms", "7d")
            .Add("segment.bytes", "1 GiB")
            .Add("cleanup.policy", "delete");
        Assert.Equal(CommandEnd.Done, (await RunAsync(Create("new") with { Configs = configs })).End);
        var sent = cluster.Last<CreateTopicsRequest>().Topics[0].Configs.ToDictionary(c => c.Name, c => c.Value);
        Assert.Equal(("604800000", "1073741824", "delete"), (sent["retention.ms"], sent["segment.bytes"], sent["cleanup.policy"]));

        var faulty = Create("other") with { Configs = configs.SetItem("retention.ms", "soon") };
        var plan = await Commands().PlanAsync(faulty, Token);
        Assert.Equal(("INVALID_CONFIG", "retention.ms"), (Assert.Single(plan.Refusals).Code, plan.Refusals[0].Subject));
        var result = await RunAsync(faulty);
        Assert.Equal(CommandEnd.Refused, result.End);
        Assert.Contains("\"soon\" is not a duration", result.Refusals[0].Message, StringComparison.Ordinal);
        Assert.Equal(1, cluster.Asked<CreateTopicsRequest>());
    }

    [Fact]
    public async Task Replicas_are_planned_across_racks()
    {
        snapshot = Snapshot(brokers: [Rack(0, "a"), Rack(1, "a"), Rack(2, "b"), Rack(3, "b")]);
        var plan = await Commands().PlanAsync(Create("new", 12) with { ReplicationFactor = 2 }, Token);
        Assert.Equal(12, plan.Placement.Count);
        Assert.All(plan.Placement.Values, replicas => Assert.Single(replicas, broker => broker < 2));
        Assert.Equal(plan.Placement[5], plan.Command.Assignment![5]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_no_placement_can_be_known_none_is_shown_or_sent(bool racksOnSome)
    {
        snapshot = Snapshot(brokers: racksOnSome ? [Rack(0, "a"), Rack(1, null), Rack(2, "b")] : null);
        var plan = await Commands().PlanAsync(Create("new") with { ReplicationFactor = 2, KafkaPlaces = !racksOnSome }, Token);
        Assert.Empty(plan.Placement);
        Assert.Null(plan.Command.Assignment);
        Assert.Equal(racksOnSome ? ["RacksOnSome"] : [], plan.Notes.Select(n => n.Key));
        Assert.Empty(cluster.Last<CreateTopicsRequest>().Topics[0].Assignments);
    }

    [Theory]
    [InlineData(2, "3", "MinIsrAboveFactor")]
    [InlineData(2, "2", "MinIsrIsFactor")]
    [InlineData(3, "2", null)]
    [InlineData(1, "1", "SingleCopy")]
    [InlineData(2, null, "MinIsrIsFactor")]
    public async Task A_plan_says_when_writes_would_stop_with_the_first_broker(int factor, string? minimum, string? note)
    {
        cluster.DefaultMinIsr = minimum is null ? "2" : "1";
        var none = ImmutableDictionary<string, string>.Empty;
        var configs = minimum is null ? none : none.Add("min.insync.replicas", minimum);
        var plan = await Commands().PlanAsync(Create("new") with { ReplicationFactor = factor, Configs = configs }, Token);
        Assert.Equal(note is null ? [] : [note], plan.Notes.Select(n => n.Key));
    }

    static BrokerInfo Rack(int id, string? rack) => Broker(id) with { Rack = rack };
}
