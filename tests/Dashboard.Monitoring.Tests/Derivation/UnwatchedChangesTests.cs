using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Derivation;

/// <summary>What became of a cluster while the program did not run.</summary>
public sealed class UnwatchedChangesTests
{
    static readonly DateTimeOffset seenAt = Start.AddHours(-3);

    [Fact]
    public void What_is_different_is_told_as_between_the_two_readings()
    {
        var events = Compare(
            Snapshot(
                [Topic("a", Partition(0, 0, [0, 1], [0, 1])), Topic("gone", Partition(0, 0, [0], [0]))], [Broker(0), Broker(1)]),
            Snapshot(
                [Topic("a", Partition(0, 1, [0, 1], [1])), Topic("new", Partition(0, 1, [1], [1]))],
                [Broker(0, BrokerState.Down), Broker(1), Broker(2)]));
        Assert.Equal(
            [
                (EventKind.BrokerDown, "0"), (EventKind.BrokerUp, "2"), (EventKind.LeaderMoved, "a-0"), (EventKind.IsrShrank, "a-0"),
                (EventKind.TopicCreated, "new"), (EventKind.TopicDeleted, "gone"),
            ],
            events.Select(e => (e.Kind, e.Subject)));
        Assert.All(events, e => Assert.Equal(seenAt, e.Since));
    }

    [Fact]
    public void A_cluster_that_stayed_as_it_was_has_nothing_to_tell_and_one_that_is_another_only_that()
    {
        var same = Snapshot([Topic("a", Partition(0, 0, [0, 1], [0, 1]))]);
        Assert.Empty(Compare(same, same));
        var other = same with { Identity = same.Identity.Read(same.Identity.Value! with { ClusterId = "other" }, Start) };
        Assert.Equal(EventKind.ClusterIdChanged, Assert.Single(Compare(Snapshot([Topic("b")]), other)).Kind);
    }

    [Fact]
    public void What_cannot_be_read_or_does_not_run_without_the_program_is_neither_kept_nor_compared()
    {
        var whole = Snapshot([Topic("a", Partition(0, 0, [0], [0]))]);
        var seen = UnwatchedChanges.Of(whole)!;
        var late = whole with
        {
            Topics = whole.Topics.Failed(new SectionError(SectionErrorKind.TimedOut, "Kafka", null, "No answer.", Start)),
        };
        var hosted = whole with { Kind = ClusterKind.Hosted };
        Assert.All((ClusterSnapshot[])[late, hosted], other => Assert.Null(UnwatchedChanges.Of(other)));
        Assert.All((ClusterSnapshot[])[late, hosted], other => Assert.Null(UnwatchedChanges.Compare(seen, other)));
    }

    [Fact]
    public void It_is_told_once_with_the_first_whole_reading_and_outlives_the_program_in_its_file()
    {
        using var directory = new TempDirectory();
        var files = new FileSeenStates(directory.Path, NullLogger<FileSeenStates>.Instance);
        Assert.Null(files.Load("t"));
        var stays = Topic("stays", Partition(0, 0, [0], [0]));
        files.Save("t", Seen(Snapshot([stays, Topic("gone", Partition(0, 0, [0], [0]))], [Broker(0)])));

        var history = new HistoryStore();
        var derivation = new SnapshotDerivation(history, files.Load("t"));
        var state = new MonitorState(new ClusterSnapshot { Id = "t", Name = "t", Kind = ClusterKind.Remote });
        state = derivation.Derive(state, state, Start);
        Assert.Empty(history.Events);
        var metadata = new MetadataReading("id", 0, [new BrokerAddress(0, "h", 9092, null)], TopicTable.Of([stays]));
        for (var i = 0; i < 2; i++)
        {
            var now = Start.AddSeconds(i);
            state = derivation.Derive(state, state with { Metadata = state.Metadata.Read(metadata, now) }, now);
        }

        var told = Assert.Single(history.Events);
        Assert.Equal(("gone", seenAt, Start, 1), (told.Subject, told.Since, told.At, (int)told.Sequence));

        File.WriteAllText(directory["seen/t.json"], "{");
        Assert.Null(files.Load("t"));
    }

    [Fact]
    public void A_broker_that_is_first_heard_of_as_one_that_is_down_is_told_once()
    {
        var topic = Topic("a", Partition(0, 0, [0, 2], [0, 2]));
        var history = new HistoryStore();
        var derivation = new SnapshotDerivation(history, Seen(Snapshot([topic], [Broker(0), Broker(2)])));
        var state = new MonitorState(new ClusterSnapshot { Id = "t", Name = "t", Kind = ClusterKind.Remote });
        foreach (var (topics, second) in new[] { (Array.Empty<TopicInfo>(), 0), ([topic], 1), ([topic], 2) })
        {
            // who holds replicas is known with the topics, and a first answer without any is not believed
            var metadata = new MetadataReading("id", 0, [new BrokerAddress(0, "h", 9092, null)], TopicTable.Of(topics));
            var now = Start.AddSeconds(second / 2.0);
            state = derivation.Derive(state, state with { Metadata = state.Metadata.Read(metadata, now) }, now);
        }

        var told = Assert.Single(history.Events, e => e.Kind == EventKind.BrokerDown);
        Assert.Equal(("2", seenAt), (told.Subject, told.Since));
    }

    static SeenState Seen(ClusterSnapshot snapshot) => UnwatchedChanges.Of(snapshot)! with { At = seenAt };

    static IReadOnlyList<ClusterEvent> Compare(ClusterSnapshot before, ClusterSnapshot after) =>
        UnwatchedChanges.Compare(Seen(before), after)!;
}
