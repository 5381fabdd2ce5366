using Dashboard.Monitoring.Model;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests;

/// <summary>
/// Every set of brokers and coordinators goes, in one order or the other, and comes back: what is told is compared with what was done.
/// </summary>
public sealed class OutageTests
{
    /// <summary>Longer than any session or deadline: what there is to see has been seen.</summary>
    const int Settled = 16;

    public static TheoryData<string, bool, int> Ways()
    {
        var ways = new TheoryData<string, bool, int>();
        foreach (var power in new[] { nameof(Power.Dead), nameof(Power.Paused), nameof(Power.CutOff) })
        {
            foreach (var coordinatorsFirst in new[] { false, true })
            {
                foreach (var between in new[] { 1, Settled })
                {
                    ways.Add(power, coordinatorsFirst, between);
                }
            }
        }

        return ways;
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void What_is_told_is_what_was_done(string how, bool coordinatorsFirst, int between)
    {
        var power = Enum.Parse<Power>(how);
        for (var set = 1; set < 1 << (2 * OutageWorld.Nodes); set++)
        {
            int[] nodes = [.. Enumerable.Range(0, 2 * OutageWorld.Nodes).Where(n => (set & (1 << n)) != 0)];
            nodes = coordinatorsFirst ? [.. nodes.Reverse()] : nodes;
            foreach (var back in between == 1 ? [nodes, [.. nodes.Reverse()]] : new[] { nodes })
            {
                var world = new OutageWorld();
                var what = $"{how}: {string.Join(", ", nodes)} every {between} s, back {string.Join(", ", back)}";
                AllIsWell(world, what);
                Go(world, nodes, power, between, what);
                world.Pass(Settled);
                Agrees(world, what);
                Go(world, back, Power.On, between, what);
                world.Pass(2 * Settled);
                AllIsWell(world, what + ", all back");
                EventsAreTrue(world, what);
            }
        }
    }

    [Fact]
    public void Brokers_that_died_before_their_ensemble_stay_down_and_their_time_is_told()
    {
        var world = new OutageWorld();
        Go(world, [0, 1, 2], Power.Dead, 1, "brokers");
        var died = world.LeftAt[2]!.Value;
        world.Pass(12);
        var knownUntil = world.Now;
        Go(world, [3, 4, 5], Power.Dead, 1, "coordinators");
        world.Pass(15);
        var snapshot = world.Snapshot;
        Assert.All(snapshot.Brokers.Value!.Brokers, b => Assert.Equal(BrokerState.Down, b.State));
        Assert.All(
            snapshot.Brokers.Value.Brokers,
            b => Assert.InRange(b.KnownAsOf!.Value, knownUntil.AddSeconds(-2), knownUntil.AddSeconds(3)));
        Assert.DoesNotContain(world.Events, e => e.Kind is EventKind.ControllerMoved or EventKind.BrokerUp);
        var verdict = Verdicts.Overview(snapshot);
        Assert.Equal(["Verdict_AllDown", "Verdict_OfflinePartitions", "Verdict_LastRead"], verdict.Phrases.Select(p => p.Key));
        Assert.InRange((DateTimeOffset)verdict.Phrases[0].Arguments[1]!, died, died.AddSeconds(3));
        Assert.Equal(4, verdict.Phrases[1].Arguments[0]);
    }

    [Fact]
    public void A_broker_stops_answering_first_and_is_gone_when_its_session_ends()
    {
        var world = new OutageWorld();
        world.Set(2, Power.Dead);
        var died = world.Now;
        world.Pass(Settled);
        var broker = world.Snapshot.Brokers.Value!.Find(2)!;
        Assert.InRange(broker.SilentSince!.Value, died, died.AddSeconds(2));
        Assert.InRange(broker.StateSince!.Value, died.AddSeconds(6), died.AddSeconds(9));
        var silent = world.Events.Single(e => e.Kind == EventKind.BrokerSilent);
        var down = world.Events.Single(e => e.Kind == EventKind.BrokerDown);
        Assert.Equal((broker.SilentSince, broker.StateSince), (silent.At, (DateTimeOffset?)down.At));
        Assert.Equal(broker.SilentSince, world.Snapshot.Health.Find(FindingKind.BrokersDown)!.Since);
    }

    [Fact]
    public void An_outage_is_a_gap_in_what_was_recorded()
    {
        var world = new OutageWorld();
        world.Pass(20);
        Go(world, [0, 1, 2], Power.Dead, 0, "brokers");
        world.Pass(30);
        Go(world, [0, 1, 2], Power.On, 0, "brokers");
        world.Pass(20);
        var points = world.RecordsIn!.Copy().Points;
        Assert.Single(points, p => p.IsAfterGap);
    }

    static void Go(OutageWorld world, int[] nodes, Power power, int between, string what)
    {
        foreach (var node in nodes)
        {
            world.Set(node, power);
            for (var second = 0; second < between; second++)
            {
                world.Pass(1);
                NothingIsInvented(world, what);
            }
        }
    }

    /// <summary>At any moment, however little was read since.</summary>
    static void NothingIsInvented(OutageWorld world, string what)
    {
        var snapshot = world.Snapshot;
        foreach (var broker in snapshot.Brokers.Value!.Brokers.Where(b => b.Answers))
        {
            Assert.True(
                world.LeftAt[broker.Id] is not { } left || world.Now - left < TimeSpan.FromSeconds(4),
                $"{what}: broker {broker.Id} is told to answer");
        }

        Assert.True(snapshot.Topics.Value!.Topics.Length == 1, what);
        var isCalm = Verdicts.Overview(snapshot) is { Severity: Severity.Ok, IsCurrent: true };
        Assert.True(isCalm == (snapshot.Health.Findings.Length == 0 && isCalm), $"{what}: title and findings");
        Assert.True(snapshot.Brokers.Value.Brokers.All(b => !b.IsController || b.State == BrokerState.Up), what);
    }

    /// <summary>Once everything that can be seen was seen.</summary>
    static void Agrees(OutageWorld world, string what)
    {
        NothingIsInvented(world, what);
        var snapshot = world.Snapshot;
        var brokers = snapshot.Brokers.Value!;
        int[] answering = [.. world.Answering];
        var told = brokers.Brokers
            .Where(b => b.SilentSince is null && b.State != BrokerState.Down || world.Answering.Contains(b.Id))
            .Select(b => b.Id);
        Assert.True(answering.SequenceEqual(told), $"{what}: who answers");
        if (world.HasQuorum)
        {
            Assert.All(brokers.Brokers, b => Assert.Equal(world.IsRegistered(b.Id) ? BrokerState.Up : BrokerState.Down, b.State));
        }

        var health = snapshot.Health;
        Assert.True(world.HasQuorum == health.Find(FindingKind.EnsembleLost) is null, $"{what}: majority");
        Assert.True(health.Findings.Length > 0 && Verdicts.Overview(snapshot).Severity != Severity.Ok, $"{what}: something is wrong");
        if (answering.Length == 0)
        {
            var title = brokers.AllDown ? "Verdict_AllDown" : "Verdict_NoneAnswers";
            Assert.StartsWith(title, Verdicts.Overview(snapshot).Phrases[0].Key, StringComparison.Ordinal);
            Assert.Equal("Topics_None_Served", Verdicts.Topics(snapshot).Phrases[0].Key);
            Assert.False(Verdicts.Groups(snapshot).IsCurrent, $"{what}: groups");
            Assert.NotEqual("Brokers_AllUp", Verdicts.Brokers(snapshot).Phrases[0].Key);
            Assert.True(snapshot.Rates is null, $"{what}: rates");
            Assert.All(snapshot.Offsets.Value!.Partitions.Values, o => Assert.Null(o.RecordsPerSecond));
            var topic = Verdicts.Topic(snapshot.Topics.Value!.Topics[0], snapshot);
            var isFine = topic.IsCurrent && topic.Phrases[0].Key == "Topics_State_ok";
            Assert.False(snapshot.Topics.Error is not null && isFine, $"{what}: topic");
        }

        if (brokers.AllDown)
        {
            Assert.True(health.Find(FindingKind.OfflinePartitions)?.Count == 4, $"{what}: nobody leads");
        }
    }

    static void AllIsWell(OutageWorld world, string what)
    {
        var snapshot = world.Snapshot;
        Assert.True(snapshot.Brokers is { Error: null, Value.Brokers.Length: OutageWorld.Nodes }, what);
        Assert.All(
            snapshot.Brokers.Value.Brokers,
            b => Assert.True(b is { State: BrokerState.Up, SilentSince: null, KnownAsOf: null }, $"{what}: broker {b.Id} is {b}"));
        var findings = snapshot.Health.Findings.Select(f => f.Kind).ToList();
        Assert.True(findings.TrueForAll(kind => kind == FindingKind.NotPreferredLeader), $"{what}: {string.Join(", ", findings)}");
        Assert.True(Verdicts.Overview(snapshot) is { IsCurrent: true, Severity: not Severity.Bad }, what);
        Assert.Equal("Topics_AllInSync", Verdicts.Topics(snapshot).Phrases[0].Key);
        Assert.Equal("Groups_Fine", Verdicts.Groups(snapshot).Phrases[0].Key);
        Assert.Equal("Brokers_AllUp", Verdicts.Brokers(snapshot).Phrases[0].Key);
    }

    /// <summary>Topics neither came nor went; a broker that is told up was told down before; each that left came back.</summary>
    static void EventsAreTrue(OutageWorld world, string what)
    {
        var events = world.Events.Reverse().ToList();
        Assert.True(!events.Any(e => e.Kind is EventKind.TopicCreated or EventKind.TopicDeleted), $"{what}: topics");
        for (var broker = 0; broker < OutageWorld.Nodes; broker++)
        {
            var own = events.Where(e => e.Subject == $"{broker}").Select(e => e.Kind)
                .Where(kind => kind is EventKind.BrokerUp or EventKind.BrokerDown).ToList();
            var alternate = own.Index().All(e => e.Item == (e.Index % 2 == 0 ? EventKind.BrokerDown : EventKind.BrokerUp));
            Assert.True(own.Count % 2 == 0 && alternate, $"{what}: {string.Join(", ", own)}");
        }
    }
}
