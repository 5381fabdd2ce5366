using Dashboard.Messages.Decoding;
using Dashboard.Messages.Filters;
using Dashboard.Messages.Registry;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Messages;
using Dashboard.Monitoring.Tests;
using Kafka.Client.Admin;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Dashboard.Messages.Tests.Scanning;

/// <summary>A search finds what is there, says what it looked at, and goes on where it ended.</summary>
public sealed class MessageScannerTests
{
    static readonly string[] filters =
    [
        "text:Nadel-\u00fc", "textIgnoreCase:NADEL-\u00dc", "textIgnoreCase:PLANTED", "regex:^plant.d$", "json:who.name=Nadel-\u00fc",
        "json:key=planted", "cel:value.who.name == 'Nadel-\u00fc'", "cel:key == 'planted' && partition >= 0",
    ];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 10)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_filter_finds_each_record_wherever_it_is(int seed)
    {
        await using var planted = new PlantedLog(seed);
        await using var data = Data(planted.Log);
        foreach (var filter in filters)
        {
            foreach (var from in new[] { ScanBound.Newest, ScanBound.Oldest })
            {
                var (found, end) = await ScanAsync(data, Query(filter, from, int.MaxValue));
                Assert.Equal(planted.Planted.Order(), found.Order());
                Assert.True(InOrder(found, from == ScanBound.Newest), $"{filter} from {from}: records of a partition are out of order");
                Assert.True(end.IsComplete);
                Assert.Null(end.Next);
                Assert.Equal(planted.All.Count, end.Scanned);
                Assert.Equal(planted.Aborted, end.Partitions.Sum(p => p.Aborted));
                Assert.All(end.Partitions, p => Assert.Equal(p.Range, p.Covered));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Answer_by_answer_each_record_comes_once(int seed)
    {
        await using var planted = new PlantedLog(seed);
        await using var data = Data(planted.Log);
        var random = new Random(seed);
        foreach (var (filter, expected) in new[] { (filters[0], planted.Planted), (null, planted.All) })
        {
            foreach (var from in new[] { ScanBound.Newest, ScanBound.Oldest })
            {
                var found = new List<(int, long)>();
                var scanned = 0L;
                for (var query = Query(filter, from, 1 + random.Next(expected.Count / 3 + 1)); ;)
                {
                    var (some, end) = await ScanAsync(data, query);
                    found.AddRange(some);
                    scanned += end.Scanned;
                    if (end.Next is not { } next)
                    {
                        Assert.True(end.IsComplete);
                        break;
                    }

                    query = ContinueToken.Read(ContinueToken.Write(query, next)) with { Limit = 1 + random.Next(expected.Count / 3 + 1) };
                }

                Assert.Equal(expected.Order(), found.Order());
                Assert.True(InOrder(found, from == ScanBound.Newest));
                Assert.Equal(planted.All.Count, scanned);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task One_that_was_stopped_says_so_and_the_rest_follows(int seed)
    {
        await using var planted = new PlantedLog(seed);
        await using var data = Data(planted.Log);
        using var stop = new CancellationTokenSource();
        // stopped while the records of some partition are on their way
        var answers = 0;
        planted.Log.Read = _ =>
        {
            if (Interlocked.Increment(ref answers) == 1 + seed % 3)
            {
                stop.Cancel();
            }
        };
        var query = Query(filters[0], seed % 2 == 0 ? ScanBound.Newest : ScanBound.Oldest, int.MaxValue);
        var (found, end) = await ScanAsync(data, query, stop);
        Assert.Equal(end.IsComplete, end.Next is null);
        if (end.Next is { } next)
        {
            found.AddRange((await ScanAsync(data, query with { Continue = next })).Found);
        }

        Assert.Equal(planted.Planted.Order(), found.Order());
    }

    [Fact]
    public async Task The_newest_of_several_partitions_are_found_and_no_more_is_read_than_they_take()
    {
        await using var log = new FakeLog(3);
        for (var i = 0; i < 5_000; i++)
        {
            log.Partitions[0].Write(1_700_000_000_000 + i, $"new {i}");
        }

        log.Partitions[1].Write(1_600_000_000_000, [.. Enumerable.Repeat("old", 1000)]);
        log.Partitions[2].Write(1_800_000_000_000, "newest");
        await using var data = Data(log);
        var (found, end) = await ScanAsync(data, new ScanQuery("t"));
        Assert.Equal([(2, 0L), .. Enumerable.Range(0, 49).Select(i => (0, 4_999L - i))], found);
        Assert.False(end.IsComplete);
        Assert.InRange(end.Scanned, 50, 51);
        Assert.InRange(log.Count<FetchRequest>(), 1, 12);
    }

    [Fact]
    public async Task A_range_has_its_lower_end_and_not_its_upper_one_in_either_direction()
    {
        await using var log = new FakeLog();
        log.First.Write([.. Enumerable.Range(0, 20).Select(i => $"{i}")]);
        await using var data = Data(log);
        ScanQuery Range(long from, long to) =>
            new("t") { From = new(ScanBoundKind.Offset, from), To = new(ScanBoundKind.Offset, to), Limit = 100 };
        Assert.Equal([5, 6, 7], (await ScanAsync(data, Range(5, 8))).Found.Select(f => f.Offset));
        Assert.Equal([7, 6, 5], (await ScanAsync(data, Range(8, 5))).Found.Select(f => f.Offset));
        var (_, end) = await ScanAsync(data, Range(15, 1000));
        Assert.Equal(new OffsetRange(15, 20), Assert.Single(end.Partitions).Covered);
    }

    [Fact]
    public async Task Aborted_records_are_shown_on_demand_and_marked()
    {
        await using var log = new FakeLog();
        log.First.WriteIn(7, "bad").EndOf(7, abortedFrom: 0).WriteIn(8, "good").EndOf(8).Write("plain");
        log.First.WriteIn(9, "open");
        log.First.Stable = 5;
        await using var data = Data(log);
        var committed = await StepsAsync(data, new ScanQuery("t") { From = ScanBound.Oldest });
        Assert.Equal([TransactionEnd.Committed, TransactionEnd.None], committed.SelectMany(s => s.Found).Select(f => f.Transaction));
        Assert.Equal((1L, 2L, 1L), committed[^1].Progress.Partitions.Select(p => (p.Aborted, p.Markers, p.HeldUp)).Single());
        var all = await StepsAsync(data, new ScanQuery("t") { From = ScanBound.Oldest, Isolation = IsolationLevel.ReadUncommitted });
        Assert.Equal(
            [TransactionEnd.Aborted, TransactionEnd.Committed, TransactionEnd.None, TransactionEnd.NotTold],
            all.SelectMany(s => s.Found).Select(f => f.Transaction));
    }

    [Fact]
    public async Task A_batch_that_cannot_be_read_is_told_and_the_others_are_read()
    {
        await using var log = new FakeLog();
        log.First.Write("a").Write("b").Break().Write("c");
        await using var data = Data(log);
        var (found, end) = await ScanAsync(data, new ScanQuery("t"));
        Assert.Equal([2, 0], found.Select(f => f.Offset));
        var batch = Assert.Single(end.Partitions[0].Unreadable);
        Assert.Equal((1L, 1L, "its checksum is wrong"), (batch.First, batch.Last, batch.Why));
        Assert.True(end.IsComplete);
        Assert.Equal(2, end.Scanned);
    }

    [Fact]
    public async Task A_partition_that_is_not_read_is_not_called_done_and_is_asked_for_when_it_goes_on()
    {
        await using var log = new FakeLog(2);
        log.First.Write("here");
        log.Partitions[1].Write("there");
        log.LedElsewhere[1] = 9; // nobody listens at that port
        await using var data = Data(log);
        var (found, end) = await ScanAsync(data, new ScanQuery("t"));
        Assert.Equal([(0, 0L)], found);
        Assert.False(end.IsComplete);
        Assert.NotNull(end.Partitions[1].Error);
        log.LedElsewhere.Clear();
        (found, end) = await ScanAsync(data, new ScanQuery("t") { Continue = end.Next });
        Assert.Equal([(1, 0L)], found);
        Assert.True(end.IsComplete);
    }

    [Fact]
    public async Task Records_that_are_deleted_while_they_are_read_are_gaps_and_no_failure()
    {
        await using var log = new FakeLog();
        for (var i = 0; i < 100; i++)
        {
            log.First.Write($"{i} {new string('x', 20_000)}");
        }

        log.Read = partition => partition.Begin = 60;
        await using var data = Data(log);
        var (found, end) = await ScanAsync(data, new ScanQuery("t") { From = ScanBound.Oldest, Limit = 1000 });
        Assert.Contains((0, 99L), found);
        Assert.True(end.IsComplete);
        Assert.Equal(100 - found.Count, end.Partitions[0].Gaps);
    }

    [Fact]
    public async Task What_an_open_transaction_holds_up_is_told_with_whose_it_is()
    {
        await using var log = new FakeLog();
        log.First.Write("before").WriteIn(4_000, "pending").Write("behind");
        log.First.Stable = 1;
        log.First.Producers.Add(new() { ProducerId = 4_000, LastTimestamp = 1_700_000_005_000, CurrentTxnStartOffset = 1 });
        log.Transactions.Add(new() { ProducerId = 4_000, TransactionalId = "pay", TransactionState = "Ongoing" });
        await using var data = Data(log);
        var (found, end) = await ScanAsync(data, new ScanQuery("t"));
        Assert.Equal([(0, 0L)], found);
        var partition = end.Partitions.Single();
        Assert.Equal((1L, 2L), (partition.Stable, partition.HeldUp));
        var began = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
        Assert.Equal(new OpenTransaction(4_000, "pay", "Ongoing", began, TimeSpan.FromMinutes(1)), partition.Holder);
    }

    [Fact]
    public async Task Two_hundred_partitions_on_a_long_line_take_three_questions_for_offsets()
    {
        await using var log = new FakeLog(200);
        await using var proxy = new FaultyLine(log.Port) { RoundTrip = TimeSpan.FromMilliseconds(30) };
        log.ToldPort = proxy.Port;
        foreach (var (i, partition) in log.Partitions.Index())
        {
            partition.Write(1_700_000_000_000 + i, $"{i}");
        }

        await using var data = Data(log);
        var (found, _) = await ScanAsync(data, new ScanQuery("t"));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => 199 - i), found.Select(f => f.Partition));
        Assert.Equal(3, log.Count<ListOffsetsRequest>());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue / 4)]
    [InlineData(1_795_000_000)]
    [InlineData(1_795_000_000_000_000_000)]
    public async Task A_timestamp_may_be_any_number(long timestamp)
    {
        await using var log = new FakeLog(2);
        log.First.Write("fine").Write(timestamp, "odd");
        log.Partitions[1].Write("elsewhere");
        await using var data = Data(log);
        Assert.Equal([(0, 0L), (0, 1L), (1, 0L)], (await ScanAsync(data, new ScanQuery("t"))).Found.Order());
    }

    [Fact]
    public async Task Records_before_the_log_begins_are_not_given_although_their_batch_is_there()
    {
        await using var log = new FakeLog();
        log.First.Write("deleted", "deleted too", "kept");
        log.First.Begin = 2;
        await using var data = Data(log);
        Assert.Equal([(0, 2L)], (await ScanAsync(data, new ScanQuery("t"))).Found);
    }

    [Fact]
    public async Task Long_values_are_searched_whole_and_kept_in_part()
    {
        await using var log = new FakeLog();
        log.First.Write(new string('x', 4 << 20) + "needle");
        await using var data = Data(log);
        var query = Query("text:needle", ScanBound.Newest, 10) with { BytesKept = 1000 };
        var found = Assert.Single((await StepsAsync(data, query)).SelectMany(s => s.Found));
        Assert.Equal((1000, (4 << 20) + 6, 1000), (found.Message.Value!.Value.Length, found.Message.ValueLength, found.Value!.Text.Length));
    }

    [Fact]
    public async Task A_filter_sees_what_its_reader_may_see()
    {
        await using var log = new FakeLog();
        log.First.Write("""{"card":"4711","name":"Ada"}""");
        await using var data = Data(log);
        var masked = Actor.Program("anna") with { Permissions = new Masked(FieldMask.Parse("$.card")) };
        foreach (var filter in new[] { "text:4711", "json:card=4711", "regex:4711", "cel:value.card == '4711'", "textIgnoreCase:4711" })
        {
            var query = Query(filter, ScanBound.Newest, 10);
            Assert.Empty((await StepsAsync(data, query, actor: masked)).SelectMany(s => s.Found));
            Assert.Single((await StepsAsync(data, query)).SelectMany(s => s.Found));
        }

        var seen = Assert.Single((await StepsAsync(data, Query("text:Ada", ScanBound.Newest, 10), actor: masked)).SelectMany(s => s.Found));
        Assert.DoesNotContain("4711", seen.Value!.Text, StringComparison.Ordinal);
    }

    /// <summary>With a registry that is down nothing is found of what only a schema shows: that is not to be called none.</summary>
    [Fact]
    public async Task What_could_not_be_decoded_is_counted_and_its_registry_told()
    {
        await using var log = new FakeLog();
        log.First.Write("""{"who":"Ada"}""", "closed", "broken", "closed");
        await using var data = Data(log);
        var query = Query("json:who=Ada", ScanBound.Oldest, 10);
        var steps = await new MessageScanner(new Silent())
            .ScanAsync(data, query, Actor.Program("test"), CancellationToken.None, Token).ToListAsync(Token);
        var partition = steps[^1].Progress.Partitions.Single();
        Assert.Single(steps.SelectMany(s => s.Found));
        Assert.Equal((3L, "it is down"), (partition.Undecoded, partition.Registry?.Message));
        Assert.Equal(0, (await ScanAsync(data, query)).End.Partitions.Single().Undecoded);
    }

    /// <summary>A registry that is down for "closed"; "broken" are bytes that fit no schema.</summary>
    sealed class Silent : IBodyDecoder, IBodyDecoders
    {
        public IBodyDecoder Of(string cluster) => this;

        public bool ShowsAsWritten(string topic, BodyPart part, ReadOnlySpan<byte> bytes) => false;

        public ValueTask<DecodedBody> DecodeAsync(
            string topic, BodyPart part, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            var plain = PlainDecoder.Of(bytes);
            return ValueTask.FromResult(plain.Text switch
            {
                "closed" => plain with { Trouble = "It is down.", Registry = new RegistryException("it is down", isAnswer: false) },
                "broken" => plain with { Trouble = "Byte 5: nothing is left." },
                _ => plain,
            });
        }
    }

    [Fact]
    public async Task No_more_is_read_a_second_than_is_allowed()
    {
        await using var log = new FakeLog();
        for (var i = 0; i < 40; i++)
        {
            log.First.Write(new string('x', 10_000));
        }

        await using var data = Data(log, bytesPerSecond: 400_000);
        var (_, end) = await ScanAsync(data, Query("text:nowhere", ScanBound.Oldest, 10));
        Assert.True(end.IsComplete);
        var again = await ScanAsync(data, Query("text:nowhere", ScanBound.Oldest, 10));
        Assert.True(again.End.Took > TimeSpan.FromSeconds(0.5), "the second one pays for the first");
    }

    sealed class Masked(FieldMask mask) : IPermissions
    {
        public bool May(Permission permission) => true;

        public string RolesOn(string? cluster) => "viewer";

        public System.Collections.Immutable.ImmutableArray<FieldMask> Masks(string cluster, string topic) => [mask];
    }

    static ClusterData Data(FakeLog log, long? bytesPerSecond = null) =>
        new("t", () => log.Bootstrap, new(), bytesPerSecond, NullLoggerFactory.Instance);

    static ScanQuery Query(string? filter, ScanBound from, int limit) =>
        new("t") { From = from, Limit = limit, Filter = RecordFilters.Parse(filter) };

    static async Task<List<ScanStep>> StepsAsync(
        ClusterData data, ScanQuery query, CancellationTokenSource? stop = null, Actor? actor = null)
    {
        var scanner = new MessageScanner(new PlainDecoder());
        var stopping = stop?.Token ?? CancellationToken.None;
        return await scanner.ScanAsync(data, query, actor ?? Actor.Program("test"), stopping, Token).ToListAsync(Token);
    }

    static async Task<(List<(int Partition, long Offset)> Found, ScanProgress End)> ScanAsync(
        ClusterData data, ScanQuery query, CancellationTokenSource? stop = null)
    {
        var steps = await StepsAsync(data, query, stop);
        return ([.. steps.SelectMany(s => s.Found).Select(f => (f.Message.Partition, f.Message.Offset))], steps[^1].Progress);
    }

    static bool InOrder(List<(int Partition, long Offset)> found, bool newestFirst) => found.GroupBy(f => f.Partition).All(one =>
    {
        var offsets = one.Select(f => f.Offset).ToList();
        return offsets.SequenceEqual(newestFirst ? offsets.OrderDescending() : offsets.Order());
    });
}
