using System.Collections.Immutable;
using Dashboard.Monitoring.Collectors;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Time.Testing;
using Testing;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Collectors;

/// <summary>What lies between a commit that stands still and the end.</summary>
public sealed class TailCollectorTests
{
    readonly FakeTimeProvider time = new();
    long committed;

    /// <summary>What the group's offset says, where it is not what the log has.</summary>
    (long Lag, OffsetRemark Remark)? told;

    ImmutableDictionary<Commit, Tail> tails = ImmutableDictionary<Commit, Tail>.Empty;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    Tail? Known => Volatile.Read(ref tails).GetValueOrDefault(new Commit(new("t", 0), committed));

    [Fact]
    public async Task Behind_the_last_commit_of_a_transactional_topic_is_a_marker_until_the_next_record_comes()
    {
        await using var log = new FakeLog();
        log.First.WriteIn(7, "a").EndOf(7);
        committed = 1;
        await using var running = Run(log);
        await UntilAsync(() => Known is { ClearUntil: 2, HasRecord: false, IsHeldUp: false });
        var asked = log.Count<FetchRequest>();
        await PassAsync(3);
        Assert.Equal(asked, log.Count<FetchRequest>());

        log.First.WriteIn(7, "b").EndOf(7);
        await UntilAsync(() => Known is { ClearUntil: 2, HasRecord: true });
    }

    [Fact]
    public async Task Behind_a_commit_there_may_be_an_open_transaction()
    {
        await using var log = new FakeLog();
        log.First.Write("a").WriteIn(7, "pending").Write("behind");
        log.First.Stable = 1;
        committed = 1;
        await using var running = Run(log);
        await UntilAsync(() => Known is { ClearUntil: 1, HasRecord: false, IsHeldUp: true });
    }

    [Fact]
    public async Task A_group_with_records_to_read_is_asked_about_once()
    {
        await using var log = new FakeLog();
        log.First.Write("a", "b", "c");
        committed = 1;
        await using var running = Run(log);
        await UntilAsync(() => Known is { ClearUntil: 1, HasRecord: true });
        await PassAsync(3);
        Assert.Equal(1, log.Count<FetchRequest>());
    }

    /// <summary>
    /// How the offset is told, and whether it is worth a look:
    /// a long tail, one whose records were deleted, one that is read, one beyond the end.
    /// </summary>
    [Theory]
    [InlineData(10_000, OffsetRemark.None, true)]
    [InlineData(10_001, OffsetRemark.None, false)]
    [InlineData(5, OffsetRemark.BeforeBegin, false)]
    [InlineData(0, OffsetRemark.None, false)]
    [InlineData(-5, OffsetRemark.BeyondEnd, false)]
    public async Task Only_a_short_tail_that_may_be_a_leftover_of_a_transaction_is_looked_at(long lag, OffsetRemark remark, bool looked)
    {
        await using var log = new FakeLog();
        log.First.Write("a", "b");
        (committed, told) = (1, (lag, remark));
        await using var running = Run(log);
        if (looked)
        {
            await UntilAsync(() => Known is not null);
        }
        else
        {
            await PassAsync(6);
            Assert.Equal(0, log.Count<FetchRequest>());
        }
    }

    [Fact]
    public async Task A_commit_that_moves_is_left_alone_and_what_was_known_of_it_is_forgotten()
    {
        await using var log = new FakeLog();
        log.First.WriteIn(7, "a").EndOf(7).Write("b");
        committed = 1;
        await using var running = Run(log);
        await UntilAsync(() => Known is { ClearUntil: 2, HasRecord: true });
        committed = 3;
        log.First.WriteIn(7, "c").EndOf(7);
        await UntilAsync(() => Known is { HasRecord: true });
        Assert.Single(Volatile.Read(ref tails));
    }

    async Task UntilAsync(Func<bool> condition) => await Eventually.TrueAsync(
        async () =>
        {
            await PassAsync(1);
            return condition();
        },
        "what is behind the commit is known");

    async Task PassAsync(int readings)
    {
        for (var i = 0; i < readings; i++)
        {
            time.Advance(TimeSpan.FromSeconds(3));
            await Task.Yield();
        }
    }

    Running Run(FakeLog log)
    {
        var kafka = new KafkaCluster(KafkaCluster.ParseBootstrap(log.Bootstrap), new KafkaClientOptions());
        var options = new ClusterMonitorOptions { Id = "t", Name = "t", Kind = ClusterKind.Remote };
        var state = MonitorState.Initial(options, time.GetUtcNow());
        var context = new CollectorContext(
            options, kafka, null, new HistoryStore(), time, change => Volatile.Write(ref tails, change(state).Tails), () => Current(log));
        var stopping = new CancellationTokenSource();
        return new Running(kafka, new TailCollector(context, kafka).RunAsync(stopping.Token), stopping);
    }

    ClusterSnapshot Current(FakeLog log)
    {
        var lag = told?.Lag ?? log.First.End - committed;
        var offset = new GroupOffset("t", 0, committed, log.First.End, lag, null, null, null)
        {
            Remark = told?.Remark ?? OffsetRemark.None,
        };
        return Snapshot(topics: [Topic("t", Partition(0, 1, [1], [1]))], groups: [Group("g") with { Offsets = [offset] }]);
    }

    sealed record Running(KafkaCluster Kafka, Task Task, CancellationTokenSource Stopping) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Stopping.CancelAsync();
            await Task;
            await Kafka.DisposeAsync();
            Stopping.Dispose();
        }
    }
}
