using System.Collections.Immutable;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Messages;
using Dashboard.Monitoring.Tests;
using Kafka.Protocol.Records;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dashboard.Messages.Tests.Scanning;

/// <summary>Who follows a topic gets each record once, whoever leads it, and is told of those he does not get.</summary>
public sealed class TopicFollowerTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>At the same time, for each of them mostly waits for a leader.</summary>
    [Fact]
    public Task Nothing_is_missed_and_nothing_comes_twice_while_leaders_change() =>
        Task.WhenAll(Enumerable.Range(1, 10).Select(FollowChangingLeadersAsync));

    static async Task FollowChangingLeadersAsync(int seed)
    {
        var random = new Random(seed);
        await using var log = new FakeLog(3);
        await using var other = new FakeLog(log);
        log.First.Write("before it was followed");
        await using var data = Data(log);
        var (expected, found) = (new List<(int, long)>(), new List<(int Partition, long Offset)>());
        var actions = 0;
        await foreach (var step in Follow(data, new ScanQuery("t")).RunAsync(Token))
        {
            found.AddRange(step.Found.Select(f => (f.Message.Partition, f.Message.Offset)));
            if (step.Progress.Partitions.Any(p => p.Position is null))
            {
                continue;
            }

            if (actions++ < 25)
            {
                Change(log, other, random, expected);
                continue;
            }

            (log.Lag, other.Lag) = (0, 0);
            if (found.Count >= expected.Count)
            {
                break;
            }
        }

        Assert.True(expected.Order().SequenceEqual(found.Order()), $"seed {seed}: {Words(expected)} were written and {Words(found)} found");
        Assert.All(found.GroupBy(f => f.Partition), one => Assert.Equal(one.Select(f => f.Offset).Order(), one.Select(f => f.Offset)));
    }

    static string Words(IEnumerable<(int, long)> offsets) => string.Join(' ', offsets.Order());

    static void Change(FakeLog log, FakeLog other, Random random, List<(int, long)> expected)
    {
        var at = random.Next(3);
        for (var i = random.Next(5); i > 0; i--)
        {
            expected.Add((at, log.Partitions[at].End));
            log.Partitions[at].Write($"{i}");
        }

        // leaders take turns, and a new one does not know the end yet
        if (random.Next(2) == 0 && !log.LedElsewhere.TryRemove(at, out _))
        {
            log.LedElsewhere[at] = other.Port;
        }

        (log.Lag, other.Lag) = (random.Next(3), random.Next(3));
    }

    [Fact]
    public async Task What_goes_by_faster_than_it_is_looked_at_is_counted()
    {
        await using var log = new FakeLog();
        await using var data = Data(log);
        var found = new List<long>();
        await foreach (var step in Follow(data, new ScanQuery("t"), mostBehind: 10).RunAsync(Token))
        {
            found.AddRange(step.Found.Select(f => f.Message.Offset));
            if (log.First.End == 0 && step.Progress.Partitions[0].Position is 0)
            {
                log.First.Write([.. Enumerable.Repeat("x", 1_000)]);
            }

            if (found is [.., 999])
            {
                Assert.Equal(1_000, step.Progress.Skipped + found.Count);
                Assert.Equal(found.Count, step.Progress.Found);
                Assert.InRange(step.Progress.Skipped, 900, 990);
                break;
            }
        }
    }

    [Fact]
    public async Task Records_that_are_deleted_before_they_are_read_are_counted_and_a_log_that_was_cut_is_told()
    {
        await using var log = new FakeLog();
        log.First.Write("a", "b", "c", "d");
        await using var data = Data(log);
        var (changed, found) = (false, new List<long>());
        var query = new ScanQuery("t") { From = new(ScanBoundKind.Offset, 1) };
        await foreach (var step in Follow(data, query, catchingUp: TimeSpan.Zero).RunAsync(Token))
        {
            found.AddRange(step.Found.Select(f => f.Message.Offset));
            if (!changed && found.Count == 3)
            {
                changed = true;
                log.First.Write("deleted");
                log.First.Begin = 5;
                log.First.Write("e");
            }

            if (step.Progress.Lost == 1 && found is [.., 5])
            {
                log.Lag = 1;
            }

            if (step.Progress.Partitions[0].WasCut)
            {
                Assert.Equal([1, 2, 3, 5], found);
                Assert.Equal(5, step.Progress.Partitions[0].Position);
                break;
            }
        }
    }

    [Fact]
    public async Task It_goes_on_where_another_ended()
    {
        await using var log = new FakeLog(2);
        log.First.Write("a", "b");
        log.Partitions[1].Write("c");
        await using var data = Data(log);
        FollowProgress? last = null;
        await foreach (var step in Follow(data, new ScanQuery("t") { From = ScanBound.Oldest }).RunAsync(Token))
        {
            last = step.Progress;
            if (last.Found == 3)
            {
                break;
            }
        }

        log.First.Write("d");
        var query = ContinueToken.Read(ContinueToken.Write(last!.Rest, last.Position));
        await foreach (var step in Follow(data, query).RunAsync(Token))
        {
            if (step.Found is [var one])
            {
                Assert.Equal((0, 2L), (one.Message.Partition, one.Message.Offset));
                break;
            }
        }
    }

    [Fact]
    public void What_is_left_of_six_hundred_partitions_fits_an_address()
    {
        var random = new Random(1);
        ScanPosition Of(long middle, int spread) => new(Enumerable.Range(0, 600).ToImmutableSortedDictionary(
            p => p, _ => new OffsetRange(random.Next(1_000_000), middle + random.Next(spread))));
        var newest = new ScanQuery("orders.of.the.shop") { Filter = Messages.Filters.RecordFilters.Parse("cel:value.state == 'paid'") };
        var token = ContinueToken.Write(newest, Of(21_000_000, 200_000));
        Assert.InRange(token.Length, 1, 2048);
        Assert.NotNull(ContinueToken.WriteForAddress(newest with { From = ScanBound.Oldest }, Of(21_000_000_000, 1_000_000)));
        // offsets that have nothing in common do not
        var wild = new ScanPosition(Enumerable.Range(0, 600).ToImmutableSortedDictionary(
            p => p * 7, _ => new OffsetRange(random.NextInt64(1L << 40), 1L << 62)));
        var wilder = wild.Left.AddRange(Enumerable.Range(0, 1000).Select(
            p => KeyValuePair.Create(p * 7 + 1, new OffsetRange(random.NextInt64(1L << 60), 1L << 62))));
        Assert.Null(ContinueToken.WriteForAddress(newest with { From = ScanBound.Oldest }, new(wilder)));
        var read = ContinueToken.Read(ContinueToken.Write(newest with { From = ScanBound.Oldest }, wild)).Continue!;
        Assert.Equal(wild.Left, read.Left);
        Assert.Throws<FormatException>(() => ContinueToken.Read(token[..^40]));
        Assert.Throws<FormatException>(() => ContinueToken.Read("no token"));
    }

    static TopicFollower Follow(ClusterData data, ScanQuery query, long? mostBehind = null, TimeSpan? catchingUp = null) =>
        new(new MessageScanner(new PlainDecoder()), data, query, Actor.Program("test"), mostBehind)
        {
            Pace = TimeSpan.FromMilliseconds(5),
            CatchingUp = catchingUp ?? TimeSpan.FromSeconds(10),
        };

    static ClusterData Data(FakeLog log) => new("t", () => log.Bootstrap, new(), null, NullLoggerFactory.Instance);
}
