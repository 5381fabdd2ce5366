using System.Text;
using System.Text.Json;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Filters;
using Dashboard.Messages.Jobs;
using Dashboard.Messages.Scanning;
using Dashboard.Messages.Statistics;
using Dashboard.Messages.Tests.Scanning;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Messages;
using Dashboard.Monitoring.Tests;
using Kafka.Protocol.Records;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dashboard.Messages.Tests.Statistics;

/// <summary>Counts over logs with everything that logs have, against counting one by one.</summary>
public sealed class StatisticsReaderTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 6)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task They_are_what_counting_the_messages_gives(int seed)
    {
        await using var planted = new PlantedLog(seed);
        await using var data = Data(planted.Log);
        var records = await FoundAsync(data, new ScanQuery("t") { From = ScanBound.Oldest, Limit = int.MaxValue });
        var statistics = await ReadAsync(data, new ScanQuery("t"));
        Assert.True(statistics.IsComplete);
        Assert.Equal(planted.All.Count, statistics.Records);
        Assert.Equal(planted.Aborted, statistics.Aborted);
        Assert.Equal(records.Count(r => r.Message.Key is null), statistics.NullKeys);
        Assert.Equal(records.Count(r => r.Message.Value is null), statistics.Tombstones);
        Assert.Equal(records.Sum(r => (long)r.Message.KeyLength), statistics.Keys.Sum);
        Assert.Equal(records.Sum(r => (long)r.Message.ValueLength), statistics.Values.Sum);
        Assert.Equal(records.Max(r => r.Message.ValueLength), statistics.Values.Max);
        Assert.Equal(records.Count, statistics.Times.Sum(t => t.Records));
        Assert.Equal(("h", (long)records.Count), (statistics.Headers.Single().Name, statistics.Headers.Single().Count));
        var distinct = records.Where(r => r.Message.Key is not null).Select(r => r.Key!.Text).ToHashSet().Count;
        Assert.InRange(statistics.DistinctKeys.Estimate, distinct * 0.97, distinct * 1.03);
        var exact = records.Where(r => r.Key is not null).GroupBy(r => r.Key!.Text).ToDictionary(g => g.Key, g => (long)g.Count());
        Assert.Contains("planted", statistics.TopKeys!.Value.Select(k => k.Key));
        Assert.All(statistics.TopKeys.Value, k => Assert.InRange(exact[k.Key], k.AtLeast, k.AtMost));
        foreach (var partition in statistics.Partitions)
        {
            var times = records.Where(r => r.Message.Partition == partition.Partition).Select(r => r.Message.Timestamp).ToList();
            var back = times.Zip(times.Skip(1)).Count(pair => pair.First > pair.Second);
            Assert.Equal((times.Count, back), ((int)partition.Records, (int)partition.StepsBack));
        }
    }

    [Fact]
    public async Task With_a_filter_they_are_of_the_records_that_fit()
    {
        await using var planted = new PlantedLog(3);
        await using var data = Data(planted.Log);
        var statistics = await ReadAsync(data, new ScanQuery("t") { Filter = RecordFilters.Parse("json:key=planted") });
        Assert.Equal(planted.Planted.Count, statistics.Records);
        Assert.Equal(planted.All.Count, statistics.Scanned);
        Assert.Equal(7, statistics.Keys.P50);
        Assert.Equal(1, statistics.DistinctKeys.Estimate);
    }

    [Fact]
    public async Task Stopped_they_say_what_they_cover_and_count_just_that()
    {
        await using var log = Long();
        await using var data = Data(log);
        using var stop = new CancellationTokenSource();
        var answers = 0;
        log.Read = _ =>
        {
            if (Interlocked.Increment(ref answers) == 4)
            {
                stop.Cancel();
            }
        };
        var statistics = await new StatisticsReader(new PlainDecoder())
            .ReadAsync(data, new ScanQuery("t"), Actor.Program("test"), _ => { }, stop.Token, Token);
        var partition = Assert.Single(statistics.Partitions);
        Assert.False(statistics.IsComplete);
        Assert.False(partition.IsDone);
        Assert.Equal((0, 8000), (partition.From, partition.To));
        Assert.InRange(partition.CoveredTo, 0, 7999);
        Assert.Equal(partition.CoveredTo - partition.CoveredFrom, statistics.Records);
    }

    [Fact]
    public async Task Written_and_read_again_they_go_on_as_if_nothing_had_been_in_between()
    {
        await using var log = Long();
        await using var data = Data(log);
        var query = new ScanQuery("t");
        var whole = await ReadAsync(data, query);
        using var stop = new CancellationTokenSource();
        var answers = 0;
        log.Read = _ =>
        {
            if (Interlocked.Increment(ref answers) == 4)
            {
                stop.Cancel();
            }
        };
        JsonElement? kept = null;
        Assert.False((await PartAsync(stop.Token)).IsComplete);
        Assert.InRange(kept!.Value.GetRawText().Length, 100, 1 << 20);
        log.Read = null;
        var found = await PartAsync(CancellationToken.None);
        Assert.True(found.IsComplete);
        Assert.Equal(
            (whole.Records, whole.Scanned, whole.Keys, whole.Values, whole.NullKeys, whole.Tombstones, whole.WithHeaders, whole.Aborted),
            (found.Records, found.Scanned, found.Keys, found.Values, found.NullKeys, found.Tombstones, found.WithHeaders, found.Aborted));
        Assert.Equal(whole.Partitions, found.Partitions);
        Assert.Equal(whole.Times, found.Times);
        Assert.InRange(found.DistinctKeys.Estimate, whole.DistinctKeys.Estimate * 0.97, whole.DistinctKeys.Estimate * 1.03);
        Assert.Equal(whole.TopKeys!.Value.Select(k => k.AtMost), found.TopKeys!.Value.Select(k => k.AtMost));

        Task<TopicStatistics> PartAsync(CancellationToken stopping)
        {
            var count = StatisticsCount.Read(kept, query);
            return new StatisticsReader(new PlainDecoder()).ReadAsync(
                data, query, Actor.Program("test"), count, _ => { }, () => kept = count.Write(), stopping, Token);
        }
    }

    [Fact]
    public void What_is_no_count_is_said()
    {
        foreach (var json in (string[])["null", "{}", """{"partitions":[],"tally":"AAAA"}""", "[]"])
        {
            using var document = JsonDocument.Parse(json);
            Assert.Throws<JobFaultException>(() => StatisticsCount.Read(document.RootElement, new ScanQuery("t")));
        }
    }

    [Fact]
    public async Task Compression_and_times_out_of_order_are_told()
    {
        await using var log = new FakeLog();
        using var batch = new RecordBatchBuilder { Compression = CompressionType.Zstd };
        foreach (var time in new long[] { 1_700_000_000_000, 1_700_000_005_000, 1_700_000_002_000, 1_700_000_006_000 })
        {
            batch.Add("same"u8.ToArray(), Encoding.UTF8.GetBytes(new string('y', 5000)), time, []);
        }

        log.First.Append(batch);
        await using var data = Data(log);
        var statistics = await ReadAsync(data, new ScanQuery("t"));
        var codec = Assert.Single(statistics.Codecs);
        Assert.Equal(("zstd", 1L, 4L), (codec.Codec, codec.Batches, codec.Records));
        Assert.InRange(codec.Ratio, 20, 1000);
        Assert.Equal((1L, TimeSpan.FromSeconds(3)), (statistics.Partitions[0].StepsBack, statistics.Partitions[0].LongestStepBack));
        Assert.Equal(new KeyCount("same", "utf8", 4, 4, 4), Assert.Single(statistics.TopKeys!.Value));
    }

    /// <summary>More than a few answers bring.</summary>
    static FakeLog Long()
    {
        var log = new FakeLog();
        for (var i = 0; i < 400; i++)
        {
            log.First.Write([.. Enumerable.Range(0, 20).Select(n => $"{i} {n} {new string('x', 2000)}")]);
        }

        return log;
    }

    static Task<TopicStatistics> ReadAsync(ClusterData data, ScanQuery query) =>
        new StatisticsReader(new PlainDecoder()).ReadAsync(data, query, Actor.Program("test"), _ => { }, CancellationToken.None, Token);

    static async Task<List<FoundRecord>> FoundAsync(ClusterData data, ScanQuery query)
    {
        var found = new List<FoundRecord>();
        var steps = new MessageScanner(new PlainDecoder()).ScanAsync(data, query, Actor.Program("test"), CancellationToken.None, Token);
        await foreach (var step in steps)
        {
            found.AddRange(step.Found);
        }

        return found;
    }

    static ClusterData Data(FakeLog log) => new("c", () => log.Bootstrap, new(), null, NullLoggerFactory.Instance);
}
