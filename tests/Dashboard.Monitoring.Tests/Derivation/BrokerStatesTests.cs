using System.Collections.Immutable;
using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Derivation;

/// <summary>
/// Who is up, from ZooKeeper's registrations, Kafka's metadata, and the calls that failed.
/// OutageTests plays whole outages; these are the rules one by one.
/// </summary>
public sealed class BrokerStatesTests
{
    const string Fails = "!";

    readonly BrokerStates states = new();

    /// <summary>
    /// Brokers 0 to 2 hold a replica each. Whom ZooKeeper and metadata name; null is not asked, "!" fails after it named all.
    /// </summary>
    [Theory]
    [InlineData("0,1,2", "0,1,2", "Up Up Up")]
    [InlineData("0,1", "0,1,2", "Up Up Down")] // registrations tell
    [InlineData("0,1,2", "0,1", "Up Up Up")] // metadata is behind
    [InlineData(null, "0,1", "Up Up Down")]
    [InlineData(Fails, "0,1", "Up Up Down")] // metadata tells while they cannot be read
    [InlineData("0,1", Fails, "Up Up Down")]
    [InlineData(Fails, Fails, "Unknown Unknown Unknown")] // nobody tells
    [InlineData(null, Fails, "Unknown Unknown Unknown")]
    [InlineData("", "0,1,2", "Down Down Down")]
    public void Who_tells(string? registered, string? inMetadata, string expected) =>
        Assert.Equal(expected, string.Join(' ', states.From(State(registered, inMetadata), null, Start).Select(s => s.State)));

    [Fact]
    public void A_broker_that_was_deregistered_is_not_up_again_because_metadata_goes_on_naming_it()
    {
        var before = Table(states.From(State("0,1", "0,1,2"), null, Start));
        Assert.Equal(BrokerState.Down, before.Find(2)!.State);
        var later = Start.AddSeconds(10);
        Assert.Equal(BrokerState.Down, states.From(State(Fails, "0,1,2"), before, later)[2].State);
        // until it answers something that it was asked since
        Assert.Equal(BrokerState.Down, states.From(Answered(State(Fails, "0,1,2"), Start.AddSeconds(-1), 2), before, later)[2].State);
        Assert.Equal(BrokerState.Up, states.From(Answered(State(Fails, "0,1,2"), Start.AddSeconds(5), 2), before, later)[2].State);
    }

    /// <summary>Brokers that have lost their ensemble or quorum go on naming one that died since.</summary>
    [Fact]
    public void While_the_ensemble_or_the_quorum_cannot_be_read_one_that_does_not_answer_is_not_known_to_be_up()
    {
        var before = Table(states.From(State("0,1,2", "0,1,2"), null, Start));
        var errors = ImmutableDictionary<int, SectionError>.Empty.Add(1, Error(SectionErrorKind.Unreachable, Start.AddSeconds(8)));
        var lost = State(Fails, "0,1,2") with { BrokerErrors = errors };
        var now = states.From(lost, before, Start.AddSeconds(9));
        Assert.Equal([BrokerState.Up, BrokerState.Unknown, BrokerState.Up], now.Select(s => s.State));
        Assert.Equal((Start, Start.AddSeconds(8), Start.AddSeconds(9)), (now[1].KnownAsOf, now[1].SilentSince, now[1].Since));
        Assert.Equal(now[1], states.From(lost, Table(now), Start.AddSeconds(11))[1]);

        var quorum = State(null, "0,1,2") with { BrokerErrors = errors };
        var read = new Section<QuorumTable>(new QuorumTable(0, 1, 0, [], []), null, Start);
        Assert.Equal(BrokerState.Up, states.From(With(read), before, Start.AddSeconds(9))[1].State);
        var unread = states.From(With(read.Failed(Error(SectionErrorKind.TimedOut, Start.AddSeconds(8)))), before, Start.AddSeconds(9))[1];
        Assert.Equal((BrokerState.Unknown, Start), (unread.State, unread.KnownAsOf));

        MonitorState With(Section<QuorumTable> section) => quorum with { Snapshot = quorum.Snapshot with { Quorum = section } };
    }

    [Fact]
    public void While_nobody_tells_what_was_told_last_stays_with_its_time()
    {
        var before = Table(states.From(State("0,1", "0,1,2"), null, Start));
        var unknown = states.From(State(Fails, Fails), before, Start.AddSeconds(10));
        Assert.Equal([BrokerState.Unknown, BrokerState.Unknown, BrokerState.Down], unknown.Select(s => s.State));
        Assert.All(unknown, s => Assert.Equal(Start, s.KnownAsOf));
        Assert.Equal(Start.AddSeconds(10), unknown[0].Since);
        Assert.Equal(Start, unknown[2].Since);
    }

    [Fact]
    public void One_that_holds_nothing_and_is_gone_is_told_for_a_quarter_of_an_hour()
    {
        var before = Table(states.From(State("0,1,2,7", "0,1,2"), null, Start));
        Assert.Equal([0, 1, 2, 7], before.Brokers.Select(b => b.Id));
        var gone = Table(states.From(State("0,1,2", "0,1,2"), before, Start.AddSeconds(1)));
        Assert.Equal(BrokerState.Down, gone.Find(7)!.State);
        Assert.Contains(states.From(State("0,1,2", "0,1,2"), gone, Start.AddMinutes(14)), s => s.Id == 7);
        Assert.DoesNotContain(states.From(State("0,1,2", "0,1,2"), gone, Start.AddMinutes(16)), s => s.Id == 7);
    }

    [Fact]
    public void One_that_was_removed_where_it_was_hosted_is_not_missed()
    {
        var before = Table(states.From(State("0,1,2,7", "0,1,2"), null, Start));
        var hosted = new HashSet<int> { 0, 1, 2 };
        Assert.DoesNotContain(states.From(State("0,1,2", "0,1,2"), before, Start.AddSeconds(1), hosted), s => s.Id == 7);
        // one that is hosted is, and so is one that replicas name
        hosted.Add(7);
        Assert.Contains(states.From(State("0,1,2", "0,1,2"), before, Start.AddSeconds(1), hosted), s => s.Id == 7);
        Assert.Contains(states.From(State("0,1", "0,1"), before, Start.AddSeconds(1), new HashSet<int> { 0, 1 }), s => s.Id == 2);
    }

    [Fact]
    public void One_that_holds_replicas_is_told_for_ever()
    {
        var before = Table(states.From(State("0,1", "0,1"), null, Start));
        Assert.Contains(states.From(State("0,1", "0,1"), before, Start.AddDays(30)), s => s is { Id: 2, State: BrokerState.Down });
    }

    [Theory]
    [InlineData(SectionErrorKind.TimedOut, true)]
    [InlineData(SectionErrorKind.Unreachable, true)]
    [InlineData(SectionErrorKind.Refused, false)] // a refusal is an answer
    [InlineData(SectionErrorKind.Unsupported, false)]
    public void Only_a_broker_that_says_nothing_is_silent(SectionErrorKind kind, bool silent)
    {
        var up = Table(states.From(State("0,1,2", "0,1,2"), null, Start));
        var state = Failing(1, Error(kind, Start.AddSeconds(8), waited: 3));
        var standing = states.From(state, up, Start.AddSeconds(8))[1];
        // since it was asked, not since the answer was given up
        Assert.Equal(silent ? Start.AddSeconds(5) : (DateTimeOffset?)null, standing.SilentSince);
        Assert.Equal(BrokerState.Up, standing.State);
    }

    [Fact]
    public void It_answers_again_when_it_answers_what_it_was_asked_later()
    {
        var up = Table(states.From(State("0,1,2", "0,1,2"), null, Start));
        var failing = Failing(1, Error(SectionErrorKind.Unreachable, Start.AddSeconds(5)));
        var silent = Table(states.From(failing, up, Start.AddSeconds(5)));
        var answeredBefore = Answered(failing, Start.AddSeconds(4), 1);
        Assert.Equal(Start.AddSeconds(5), states.From(answeredBefore, silent, Start.AddSeconds(6))[1].SilentSince);
        // the tier that failed has not been read again, and yet it is known to answer
        Assert.Null(states.From(Answered(failing, Start.AddSeconds(7), 1), silent, Start.AddSeconds(8))[1].SilentSince);
        // no failure any longer, and no answer either
        Assert.Equal(Start.AddSeconds(5), states.From(State("0,1,2", "0,1,2"), silent, Start.AddSeconds(9))[1].SilentSince);
    }

    [Fact]
    public void What_failed_before_it_came_back_says_nothing_of_it()
    {
        var errors = ImmutableDictionary<int, SectionError>.Empty.Add(2, Error(SectionErrorKind.Unreachable, Start.AddSeconds(1)));
        var down = Table(states.From(State("0,1", "0,1") with { BrokerErrors = errors }, null, Start.AddSeconds(2)));
        var back = states.From(State("0,1,2", "0,1,2") with { BrokerErrors = errors }, down, Start.AddSeconds(20))[2];
        Assert.Equal((BrokerState.Up, (DateTimeOffset?)null), (back.State, back.SilentSince));
    }

    /// <summary>Start offsets of share groups are not told while their coordinator's partition has no leader.</summary>
    [Theory]
    [InlineData(SectionErrorKind.TimedOut, true, false)]
    [InlineData(SectionErrorKind.TimedOut, false, true)]
    [InlineData(SectionErrorKind.Unreachable, true, true)] // it went in between
    public void One_that_answers_and_is_late_with_one_thing_is_not_silent(SectionErrorKind kind, bool answers, bool silent)
    {
        var up = Table(states.From(State("0,1,2", "0,1,2"), null, Start));
        var errors = ImmutableDictionary<int, SectionError>.Empty.Add(1, Error(kind, Start.AddSeconds(8), waited: 5));
        var reading = new GroupReading(ImmutableDictionary<string, RawGroup>.Empty, errors)
        {
            Answered = answers ? [1] : [],
            AskedAt = Start.AddSeconds(3),
        };
        var state = State("0,1,2", "0,1,2");
        state = state with { Groups = state.Groups.Read(reading, Start.AddSeconds(8)) };
        Assert.Equal(silent, states.From(state, up, Start.AddSeconds(8))[1].SilentSince is not null);
    }

    [Fact]
    public void With_metadata_failing_every_broker_was_asked_in_vain()
    {
        var up = Table(states.From(State("0,1,2", "0,1,2"), null, Start));
        var (unreachable, refused) = (State("0,1,2", Fails, SectionErrorKind.Unreachable), State("0,1,2", Fails, SectionErrorKind.Refused));
        Assert.All(states.From(unreachable, up, Start.AddSeconds(9)), s => Assert.NotNull(s.SilentSince));
        Assert.All(states.From(refused, up, Start.AddSeconds(9)), s => Assert.Null(s.SilentSince));
    }

    static MonitorState State(string? registered, string? inMetadata, SectionErrorKind failure = SectionErrorKind.Refused)
    {
        var topics = TopicTable.Of([Topic("t", Partition(0, 0, [0, 1, 2], [0]))]);
        var state = new MonitorState(new ClusterSnapshot { Id = "t", Name = "t", Kind = ClusterKind.Remote });
        if (registered is not null)
        {
            var reading = state.Registration.Read(new([.. Brokers(registered)], 0, 1, Start), Start);
            state = state with { Registration = registered == Fails ? reading.Failed(Error(failure, Start.AddSeconds(9))) : reading };
        }

        if (inMetadata is not null)
        {
            var told = new MetadataReading("id", 0, [.. Brokers(inMetadata)], topics);
            var reading = state.Metadata.Read(told, Start);
            state = state with { Metadata = inMetadata == Fails ? reading.Failed(Error(failure, Start.AddSeconds(9))) : reading };
        }

        return state;
    }

    static MonitorState Failing(int broker, SectionError error) =>
        State("0,1,2", "0,1,2") with { BrokerErrors = ImmutableDictionary<int, SectionError>.Empty.Add(broker, error) };

    static MonitorState Answered(MonitorState state, DateTimeOffset asked, params int[] brokers)
    {
        var reading = new GroupReading(ImmutableDictionary<string, RawGroup>.Empty, ImmutableDictionary<int, SectionError>.Empty)
        {
            Answered = [.. brokers],
            AskedAt = asked,
        };
        return state with { Groups = state.Groups.Read(reading, asked) };
    }

    static IEnumerable<BrokerAddress> Brokers(string list) =>
        (list == Fails ? "0,1,2" : list).Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(id => new BrokerAddress(int.Parse(id), "h", 9092, null));

    static SectionError Error(SectionErrorKind kind, DateTimeOffset since, int waited = 0) =>
        new(kind, "x", null, "x", since, waited == 0 ? null : TimeSpan.FromSeconds(waited));

    /// <summary>As the snapshot has it, for the next time.</summary>
    static BrokerTable Table(ImmutableArray<BrokerStanding> standings) =>
        new([.. standings.Select(s => Broker(s.Id, s.State) with
        {
            StateSince = s.Since, SilentSince = s.SilentSince, KnownAsOf = s.KnownAsOf,
        })]);
}
