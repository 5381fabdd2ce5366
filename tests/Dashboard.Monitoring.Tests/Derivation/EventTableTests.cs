using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.Model;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Derivation;

/// <summary>What is told of brokers, the controller, reassignments and the ensemble, and what is not.</summary>
public sealed class EventTableTests
{
    static readonly SectionError error = new(SectionErrorKind.Unreachable, "x", null, "x", Start);
    readonly EventDetector detector = new();

    /// <summary>A broker's state, and whether it is silent, before and after.</summary>
    [Theory]
    [InlineData(BrokerState.Up, false, BrokerState.Up, true, "BrokerSilent")]
    [InlineData(BrokerState.Up, true, BrokerState.Up, false, "BrokerAnswers")]
    [InlineData(BrokerState.Up, true, BrokerState.Down, true, "BrokerDown")]
    [InlineData(BrokerState.Up, false, BrokerState.Down, false, "BrokerDown")]
    [InlineData(BrokerState.Down, true, BrokerState.Up, false, "BrokerUp")] // that it answers goes without saying
    [InlineData(BrokerState.Down, false, BrokerState.Up, true, "BrokerSilent BrokerUp")]
    [InlineData(BrokerState.Unknown, false, BrokerState.Up, false, "")] // it was up when that was last told
    [InlineData(BrokerState.Up, false, BrokerState.Unknown, false, "")]
    [InlineData(BrokerState.Unknown, true, BrokerState.Down, true, "BrokerDown")]
    [InlineData(BrokerState.Down, false, BrokerState.Unknown, false, "")]
    public void A_broker(BrokerState before, bool wasSilent, BrokerState after, bool isSilent, string told)
    {
        var events = detector.Compare(Of(before, wasSilent), Of(after, isSilent), Start.AddSeconds(9));
        Assert.Equal(told, string.Join(' ', events.Select(e => e.Kind)));
        Assert.All(events, e => Assert.Equal(e.Kind == EventKind.BrokerSilent ? Start.AddSeconds(4) : Start.AddSeconds(9), e.At));

        static ClusterSnapshot Of(BrokerState state, bool silent) =>
            Snapshot(brokers: [Broker(1, state) with { SilentSince = silent ? Start.AddSeconds(4) : null }]);
    }

    [Theory]
    [InlineData(1, 2, false, "ControllerMoved Warning 1 2")]
    [InlineData(null, 2, false, "ControllerMoved Ok – 2")]
    [InlineData(1, null, false, "")] // that there is none is a finding
    [InlineData(1, 2, true, "")] // what cannot be read is no change
    [InlineData(1, 1, false, "")]
    public void The_controller(int? before, int? after, bool fails, string told)
    {
        var (old, now) = (Identity(before), Identity(after));
        now = fails ? now with { Identity = now.Identity.Failed(error) } : now;
        Assert.Equal(told, Text(detector.Compare(old, now, Start)));

        static ClusterSnapshot Identity(int? controller)
        {
            var snapshot = Snapshot();
            return snapshot with { Identity = snapshot.Identity.Read(snapshot.Identity.Value! with { ControllerId = controller }, Start) };
        }
    }

    /// <summary>Who controls a KRaft cluster its quorum says, which is read after the brokers.</summary>
    [Fact]
    public void The_first_reading_of_a_quorum_moves_no_controller()
    {
        Assert.Equal("", Text(detector.Compare(Of(null), Of(2), Start)));
        // nor does learning which kind of cluster it is
        Assert.Equal("", Text(detector.Compare(Of(null, CoordinationMode.Unknown), Of(2), Start)));
        Assert.Equal("", Text(detector.Compare(Of(null, CoordinationMode.Unknown), Of(2, CoordinationMode.ZooKeeper), Start)));
        Assert.Equal("ControllerMoved Warning 2 3", Text(detector.Compare(Of(2), Of(3), Start)));

        static ClusterSnapshot Of(int? controller, CoordinationMode mode = CoordinationMode.KRaft)
        {
            var snapshot = Snapshot();
            var identity = snapshot.Identity.Value! with { ControllerId = controller, Mode = mode };
            return snapshot with { Identity = snapshot.Identity.Read(identity, Start) };
        }
    }

    [Fact]
    public void A_reassignment_is_told_by_topic_when_its_first_partition_begins_and_its_last_one_ends()
    {
        var none = Moving();
        Assert.Equal("ReassignmentStarted Ok a", Text(detector.Compare(none, Moving("a", "a", "a"), Start)));
        Assert.Equal("", Text(detector.Compare(Moving("a", "a"), Moving("a"), Start)));
        Assert.Equal("ReassignmentStarted Ok b; ReassignmentFinished Ok a", Text(detector.Compare(Moving("a", "a"), Moving("b"), Start)));
        var finished = Assert.Single(detector.Compare(Moving("a", "a"), none, Start));
        Assert.Equal((2, "topics/a"), (finished.Count, finished.Href));

        static ClusterSnapshot Moving(params string[] topics)
        {
            var snapshot = Snapshot();
            var moves = topics.Select((t, i) => new ReassignmentInfo(t, i, [], [], [], [], null, null, Start));
            return snapshot with { Reassignments = snapshot.Reassignments.Read(new([.. moves]), Start) };
        }
    }

    /// <summary>Roles by server as in <see cref="Build.Snapshot"/>, leader and epoch.</summary>
    [Theory]
    [InlineData("LFF", 1, 4L, "FLF", 2, 5L, "EnsembleLeaderChanged Warning 1 2 5")]
    [InlineData("LFF", 1, 4L, "LFF", 1, 5L, "EnsembleLeaderChanged Warning 1 1 5")] // the same again
    [InlineData("KKK", null, null, "LFF", 1, 5L, "EnsembleLeaderChanged Ok – 1 5")]
    [InlineData("LFF", 1, 4L, "KKK", null, null, "")] // an election is on
    [InlineData("LFF", 1, null, "LFF", 1, 4L, "")] // the epoch is known now
    [InlineData("LFF", 1, 4L, "LFD", 1, 4L, "ServerDown Bad zk3")]
    [InlineData("LFD", 1, 4L, "LFK", 1, 4L, "ServerUp Ok zk3")]
    [InlineData("LFK", 1, 4L, "LFF", 1, 4L, "")]
    public void The_ensemble(string before, int? leader, long? epoch, string after, int? leaderNow, long? epochNow, string told) =>
        Assert.Equal(told, Text(detector.Compare(Of(before, leader, epoch), Of(after, leaderNow, epochNow), Start)));

    [Fact]
    public void Numbers_go_on_from_what_was_kept()
    {
        var later = new EventDetector(last: 41);
        Assert.Equal([42, 43], later.Compare(Snapshot([Topic("a")]), Snapshot([Topic("b")]), Start).Select(e => e.Sequence));
    }

    [Fact]
    public void A_section_that_cannot_be_read_any_longer_is_no_change()
    {
        var before = Snapshot([Topic("a", Partition(0, 0, [0], [0]))], groups: [Group("g", members: 2)], ensemble: "LFF");
        var after = before with
        {
            Topics = before.Topics.Failed(error),
            Groups = before.Groups.Failed(error),
            Brokers = before.Brokers.Failed(error),
            Ensemble = before.Ensemble.Failed(error),
        };
        Assert.Empty(detector.Compare(before, after, Start));
        Assert.Empty(detector.Compare(before, new ClusterSnapshot { Id = "t", Name = "t", Kind = ClusterKind.Remote }, Start));
    }

    static ClusterSnapshot Of(string roles, int? leader, long? epoch)
    {
        var snapshot = Snapshot(ensemble: roles);
        var table = snapshot.Ensemble.Value!;
        // each server by an address of its own
        var servers = table.Servers.Select(s => s with { Address = $"h:{s.ServerId}" });
        var led = table with { LeaderId = leader, Epoch = epoch, Servers = [.. servers] };
        return snapshot with { Ensemble = snapshot.Ensemble.Read(led, Start) };
    }

    static string Text(IEnumerable<ClusterEvent> events) =>
        string.Join("; ", events.Select(e => string.Join(' ', [$"{e.Kind}", $"{e.Severity}", .. e.Arguments])));
}
