using Dashboard.Monitoring.Collectors;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Microsoft.Extensions.Time.Testing;
using Testing;

namespace Dashboard.Monitoring.Tests.Collectors;

public sealed class CollectorTests
{
    [Fact]
    public async Task Nothing_is_read_again_before_what_was_read_is_in_the_snapshot()
    {
        var time = new FakeTimeProvider();
        var options = new ClusterMonitorOptions { Id = "t", Name = "t", Kind = ClusterKind.Remote };
        var applied = new TaskCompletionSource();
        var waits = 0;
        var context = new CollectorContext(options, null, null, new HistoryStore(), time, _ => { }, () => Build.Snapshot())
        {
            Applied = () =>
            {
                Interlocked.Increment(ref waits);
                return applied.Task;
            },
        };
        using var stopping = new CancellationTokenSource();
        var counting = new Counting(context);
        var running = counting.RunAsync(stopping.Token);
        await Eventually.TrueAsync(() => Volatile.Read(ref waits) == 1, "the first reading waits for the monitor's loop");
        counting.Wake();
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, counting.Readings);

        applied.SetResult();
        await Eventually.TrueAsync(() => counting.Readings >= 2, "the next reading, which was asked for meanwhile");
        await stopping.CancelAsync();
        await running;
    }

    sealed class Counting(CollectorContext context) : Collector(context)
    {
        int readings;

        public int Readings => Volatile.Read(ref readings);

        protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

        protected override ErrorSource Source => "a test";

        protected override Task ReadAsync(CancellationToken cancellation)
        {
            Interlocked.Increment(ref readings);
            return Task.CompletedTask;
        }

        protected override Func<MonitorState, MonitorState> Failed(SectionError error) => state => state;
    }
}
