using System.Net;
using System.Net.Sockets;
using System.Text;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Messages;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Dashboard.Monitoring.Tests;

/// <summary>The last records of a topic, from logs of every shape.</summary>
public sealed class MessageReaderTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_are_found_behind_more_markers_and_aborted_records_than_are_shown()
    {
        await using var log = new FakeLog();
        for (var i = 0; i < 5; i++)
        {
            log.First.WriteIn(7, $"good {i}");
        }

        log.First.EndOf(7);
        for (var i = 0; i < 40; i++)
        {
            var from = log.First.End;
            log.First.WriteIn(7, $"bad {i}").EndOf(7, abortedFrom: from);
        }

        var page = await LastAsync(log);
        Assert.Equal(["good 4", "good 3", "good 2", "good 1", "good 0"], Values(page));
        Assert.Equal((86L, 86L, false), (page.Looked, page.Offsets, page.CanGoBack));
    }

    [Fact]
    public async Task Records_are_found_on_the_other_side_of_what_compaction_removed()
    {
        await using var log = new FakeLog();
        log.First.Write("a", "b").Hole(100_000).Write("c");
        Assert.Equal(["c", "b", "a"], Values(await LastAsync(log)));

        log.First.Hole(500);
        Assert.Equal(["c", "b", "a"], Values(await LastAsync(log)));
    }

    [Fact]
    public async Task A_topic_whose_offsets_are_all_markers_is_looked_at_to_its_beginning()
    {
        await using var log = new FakeLog();
        for (var i = 0; i < 300; i++)
        {
            log.First.EndOf(7);
        }

        var page = await LastAsync(log);
        Assert.Empty(page.Messages);
        Assert.Equal((300L, 300L), (page.Looked, page.Offsets));
    }

    [Fact]
    public async Task No_more_is_read_than_the_records_that_are_shown_take()
    {
        await using var log = new FakeLog();
        for (var i = 0; i < 5_000; i++)
        {
            log.First.Write($"{i}");
        }

        var page = await LastAsync(log);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{4_999 - i}"), Values(page));
        Assert.InRange(page.Looked, 50, 200);
        Assert.InRange(log.Count<FetchRequest>(), 1, 6);
    }

    [Fact]
    public async Task The_newest_of_several_partitions_are_found_wherever_they_are()
    {
        await using var log = new FakeLog(3);
        for (var i = 0; i < 100; i++)
        {
            log.Partitions[0].Write(1_700_000_000_000 + i, $"new {i}");
            log.Partitions[1].Write(1_600_000_000_000 + i, $"old {i}");
        }

        log.Partitions[2].Write(1_800_000_000_000, "newest");
        for (var i = 0; i < 200; i++)
        {
            log.Partitions[2].EndOf(7);
        }

        var page = await LastAsync(log);
        Assert.Equal(Enumerable.Range(0, 49).Select(i => $"new {99 - i}").Prepend("newest"), Values(page));
        Assert.True(page.Partitions[1].IsDone);
        Assert.True(page.Partitions[1].Looked < 100, "what cannot be shown is not read");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(long.MinValue / 4)]
    [InlineData(1_795_000_000)]
    [InlineData(1_795_000_000_000_000)]
    [InlineData(1_795_000_000_000_000_000)]
    public async Task A_timestamp_may_be_any_number(long timestamp)
    {
        await using var log = new FakeLog(2);
        log.First.Write("fine").Write(timestamp, "odd");
        log.Partitions[1].Write("elsewhere");
        var page = await LastAsync(log);
        Assert.Equal(["elsewhere", "fine", "odd"], Values(page).Order());
        Assert.Equal(timestamp, page.Messages.Single(m => Text(m) == "odd").Timestamp);
    }

    [Fact]
    public async Task What_an_open_transaction_holds_up_is_told_with_whose_it_is()
    {
        await using var log = new FakeLog();
        log.First.Write("before").WriteIn(4_000, "pending").Write("behind");
        log.First.Stable = 1;
        log.First.Producers.Add(new()
        {
            ProducerId = 4_000,
            ProducerEpoch = 1,
            LastTimestamp = 1_700_000_005_000,
            CurrentTxnStartOffset = 1,
        });
        log.Transactions.Add(new() { ProducerId = 4_000, TransactionalId = "pay", TransactionState = "Ongoing" });
        var page = await LastAsync(log);
        Assert.Equal(["before"], Values(page));
        var look = page.Partitions.Single();
        Assert.Equal((1L, 3L, 2L), (look.Stable, look.End, look.HeldUp));
        var began = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
        Assert.Equal(new OpenTransaction(4_000, "pay", "Ongoing", began, TimeSpan.FromMinutes(1)), look.Holder);
    }

    [Fact]
    public async Task A_batch_that_cannot_be_read_hides_no_other()
    {
        await using var log = new FakeLog();
        log.First.Write("a").Write("broken", "too").Break().Write("b");
        var page = await LastAsync(log);
        Assert.Equal(["b", "a"], Values(page));
        var broken = page.Partitions.Single().Unreadable.Single();
        Assert.Equal((1L, 2L), (broken.First, broken.Last));
    }

    [Fact]
    public async Task Records_before_the_log_begins_are_not_shown_although_their_batch_is_there()
    {
        await using var log = new FakeLog();
        log.First.Write("deleted", "deleted too", "kept");
        log.First.Begin = 2;
        Assert.Equal(["kept"], Values(await LastAsync(log)));
    }

    [Fact]
    public async Task Records_may_be_deleted_while_they_are_read()
    {
        await using var log = new FakeLog();
        for (var i = 0; i < 40; i++)
        {
            log.First.Write($"{i}");
        }

        log.Read = partition => partition.Begin = 20;
        var page = await LastAsync(log);
        Assert.Empty(page.Failed);
        Assert.Equal(["39", "20"], [Values(page).First(), Values(page).Last()]);
        Assert.Equal(page.Offsets, page.Looked);
    }

    [Fact]
    public async Task Huge_records_are_shown_as_far_as_a_reading_goes_and_the_next_goes_on_from_there()
    {
        await using var log = new FakeLog();
        var huge = new string('x', 4 << 20);
        for (var i = 0; i < 20; i++)
        {
            log.First.Write($"{i} {huge}");
        }

        var page = await LastAsync(log);
        Assert.True(page.CanGoBack);
        Assert.InRange(page.Messages.Length, 1, 19);
        Assert.Equal(page.Messages.Length, page.Looked);
        Assert.All(page.Messages, m => Assert.Equal((MessageView.BytesKept, true), (m.Value!.Value.Length, m.ValueLength > 4 << 20)));

        page = await LastAsync(log, earlier: page);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => 19L - i), page.Messages.Select(m => m.Offset));
        Assert.False(page.CanGoBack);

        await using var reader = Reader(log.Bootstrap);
        var whole = await reader.ReadOneAsync("t", 0, 3, Actor.Program("me"), Token);
        Assert.Equal(whole!.ValueLength, whole.Value!.Value.Length);
        Assert.Null(await reader.ReadOneAsync("t", 0, 99, Actor.Program("me"), Token));
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

        var page = await LastAsync(log);
        Assert.Empty(page.Failed);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{199 - i}"), Values(page));
        Assert.Equal(3, log.Count<ListOffsetsRequest>());
    }

    [Fact]
    public async Task Rows_come_while_a_leader_is_silent_and_its_partitions_are_named()
    {
        await using var log = new FakeLog(2);
        var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        log.LedElsewhere[1] = ((IPEndPoint)silent.LocalEndpoint).Port;
        log.First.Write("here");
        await using var reader = Reader(log.Bootstrap);
        var named = false;
        await foreach (var page in reader.ReadLastAsync(new("t", null, 50), null, Actor.Program("me"), Token))
        {
            if (page is { IsReading: true, Messages.Length: 1 })
            {
                named |= page.Pending.Select(p => p.Partition).SequenceEqual([1]);
                silent.Stop(); // resets what waits in its backlog
            }

            Assert.True(page.IsReading || page.Failed.Single().Partition == 1);
        }

        Assert.True(named);
    }

    [Fact]
    public async Task A_leader_that_cannot_be_reached_is_no_empty_topic()
    {
        await using var log = new FakeLog();
        log.LedElsewhere[0] = 2; // where nobody listens
        var page = await LastAsync(log);
        Assert.Equal(SectionErrorKind.Unreachable, page.Failed.Single().Error!.Kind);
        Assert.False(page.Partitions.Single().IsKnown);
    }

    static async Task<MessagePage> LastAsync(FakeLog log, MessagePage? earlier = null)
    {
        await using var reader = Reader(log.Bootstrap);
        return await reader.ReadLastAsync(new MessageQuery("t", null, 50), earlier, Actor.Program("me"), Token).LastAsync(Token);
    }

    static MessageReader Reader(string bootstrap) => new("t", () => bootstrap, new(), NullLoggerFactory.Instance);

    static IEnumerable<string> Values(MessagePage page) => page.Messages.Select(Text);

    static string Text(MessageView message) => Encoding.UTF8.GetString(message.Value!.Value.AsSpan());
}
