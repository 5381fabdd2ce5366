using System.Text;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Filters;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Messages;
using Dashboard.Monitoring.Tests;
using Kafka.Protocol.Records;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dashboard.Messages.Tests.Scanning;

/// <summary>Of each key its last record, and each once, also where the reading goes on page by page.</summary>
public sealed class LatestScanTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 10)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Of_each_key_the_last_record_is_found(int seed)
    {
        await using var log = new KeyedLog(seed);
        await using var data = Data(log.Log);
        var query = new ScanQuery("t") { LatestPerKey = true, Limit = 1000, From = log.From };
        var (found, end) = await LatestAsync(data, query);
        Assert.Equal(log.Expected(), found.Order());
        Assert.Equal(new KeysMet(log.Last.Count, log.Last.Values.Count(l => l.Value is null), log.WithoutKey, false), end.Keys);
        Assert.True(end.IsComplete);
        Assert.Null(end.Next);
        // a record that fits and is not the last one of its key is none of the latest
        (found, _) = await LatestAsync(data, query with { Filter = RecordFilters.Parse("text:v1") });
        Assert.Equal(log.Expected("v1"), found.Order());
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Page_by_page_each_key_comes_once_with_its_last_record(int seed)
    {
        await using var log = new KeyedLog(seed);
        await using var data = Data(log.Log);
        var random = new Random(seed);
        foreach (var filter in (string?[])[null, "text:v1"])
        {
            var scanner = seed % 2 == 0 ? new MessageScanner(new PlainDecoder()) : null; // one that remembers
            var expected = log.Expected(filter?[5..]);
            var first = new ScanQuery("t") { LatestPerKey = true, From = log.From, Filter = RecordFilters.Parse(filter) };
            var (found, keys, withoutKey) = (new List<(int, long)>(), 0L, 0L);
            for (var query = first with { Limit = 1 + random.Next(5) }; ;)
            {
                var (some, end) = await LatestAsync(data, query, most: 2 + random.Next(9), scanner: scanner);
                found.AddRange(some);
                (keys, withoutKey) = (keys + end.Keys!.Met, withoutKey + end.Keys.WithoutKey);
                Assert.Equal(end.IsComplete, end.Next is null);
                if (end.Next is not { } next)
                {
                    break;
                }

                query = ContinueToken.Read(ContinueToken.Write(query, next)) with { Limit = 1 + random.Next(5) };
                Assert.True(query.LatestPerKey);
            }

            Assert.Equal(expected, found.Order());
            Assert.Equal((log.Last.Count, log.WithoutKey), (keys, withoutKey));
        }
    }

    [Fact]
    public async Task Keys_of_the_page_before_are_remembered_and_nothing_above_is_read_again()
    {
        await using var log = new KeyedLog(3);
        await using var data = Data(log.Log);
        var scanner = new MessageScanner(new PlainDecoder());
        var first = new ScanQuery("t") { LatestPerKey = true, From = log.From, Limit = 5 };
        var query = first with { Continue = (await LatestAsync(data, first, scanner: scanner)).End.Next };
        var (found, end) = await LatestAsync(data, query, scanner: scanner);
        var (foundAgain, endAgain) = await LatestAsync(data, query);
        Assert.Equal(foundAgain, found);
        Assert.True(end.Bytes < endAgain.Bytes, $"{end.Bytes} bytes, and {endAgain.Bytes} without what was remembered");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task What_is_written_meanwhile_or_stopped_in_between_changes_nothing(int seed)
    {
        await using var log = new KeyedLog(seed);
        await using var data = Data(log.Log);
        var random = new Random(seed);
        var expected = log.Expected();
        var found = new List<(int, long)>();
        var scanner = seed % 2 == 0 ? new MessageScanner(new PlainDecoder()) : null;
        for (var (query, pages) = (new ScanQuery("t") { LatestPerKey = true, Limit = 4 }, 0); ; pages++)
        {
            using var stop = new CancellationTokenSource();
            var answers = pages % 2 == 0 ? int.MaxValue : random.Next(1, 6);
            log.Log.Read = _ =>
            {
                if (Interlocked.Decrement(ref answers) == 0)
                {
                    stop.Cancel();
                }
            };
            var (some, end) = await LatestAsync(data, query, most: 7, stop, scanner);
            found.AddRange(some);
            if (end.Next is not { } next)
            {
                break;
            }

            log.Write(20);
            query = query with { Continue = next };
        }

        Assert.Equal(expected, found.Order());
    }

    /// <param name="scanner">With what it remembers; null: one that has seen nothing.</param>
    static async Task<(List<(int, long)> Found, ScanProgress End)> LatestAsync(
        ClusterData data, ScanQuery query, int most = LatestScan.MostKeys, CancellationTokenSource? stop = null,
        MessageScanner? scanner = null)
    {
        scanner ??= new MessageScanner(new PlainDecoder());
        var latest = new LatestScan(scanner, data, query, Actor.Program("test")) { Most = most };
        var steps = await latest.RunAsync(stop?.Token ?? CancellationToken.None, Token).ToListAsync(Token);
        Assert.All(steps[^1].Progress.Partitions, p => Assert.Null(p.Error));
        return ([.. steps.SelectMany(s => s.Found).Select(f => (f.Message.Partition, f.Message.Offset))], steps[^1].Progress);
    }

    static ClusterData Data(FakeLog log) => new("t", () => log.Bootstrap, new(), null, NullLoggerFactory.Instance);

    /// <summary>Records of few keys, at random, and which of them are the last.</summary>
    sealed class KeyedLog : IAsyncDisposable
    {
        readonly Random random;
        long time = 1_700_000_000_000;

        public KeyedLog(int seed)
        {
            random = new Random(seed);
            Log = new FakeLog(random.Next(1, 4));
            From = random.Next(2) == 0 ? ScanBound.Newest : ScanBound.Oldest;
            Write(300);
        }

        public FakeLog Log { get; }

        public ScanBound From { get; }

        public Dictionary<(int Partition, string Key), (long Offset, string? Value)> Last { get; } = [];

        public long WithoutKey { get; private set; }

        public List<(int, long)> Expected(string? value = null) =>
            [.. Last.Where(l => value is null || l.Value.Value == value).Select(l => (l.Key.Partition, l.Value.Offset)).Order()];

        public void Write(int records)
        {
            for (var i = 0; i < records; i++)
            {
                var at = random.Next(Log.Partitions.Length);
                var key = random.Next(10) == 0 ? null : $"k{random.Next(12)}";
                var value = random.Next(4) == 0 ? null : $"v{random.Next(3)}";
                WithoutKey += key is null ? 1 : 0;
                if (key is not null)
                {
                    Last[(at, key)] = (Log.Partitions[at].End, value);
                }

                using var batch = new RecordBatchBuilder { BaseOffset = Log.Partitions[at].End };
                batch.Add(Bytes(key), Bytes(value), time += random.Next(5));
                Log.Partitions[at].Append(batch);
            }
        }

        public ValueTask DisposeAsync() => Log.DisposeAsync();

        static ReadOnlyMemory<byte>? Bytes(string? text) => text is null ? null : (ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(text);
    }
}
