using Kafka.Broker.Replication;
using Kafka.Broker.Replication.Roles;
using Kafka.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Kafka.Broker.Tests.Replication;

public sealed class RoleNotifierTests
{
    static readonly TopicPartition orders = new("orders", 0);
    static readonly TopicPartition payments = new("payments", 0);

    [Fact]
    public async Task A_slow_listener_hears_of_each_partition_what_holds_now_and_that_it_did_not_hold_before()
    {
        using var stopping = new CancellationTokenSource();
        var listener = new SlowListener();
        var notifier = new RoleNotifier(NullLogger<RoleNotifier>.Instance);
        notifier.Add(listener);
        var running = notifier.RunAsync(stopping.Token);

        notifier.BecameLeader(orders, 1);
        await Eventually.TrueAsync(() => listener.Heard.Count == 1, "it hears of the first change");
        for (var epoch = 2; epoch < 1000; epoch += 2)
        {
            notifier.Resigned(orders, epoch);
            notifier.BecameLeader(orders, epoch + 1);
            notifier.BecameLeader(payments, epoch);
            notifier.Resigned(payments, epoch + 1);
        }

        listener.GoOn();
        await Eventually.TrueAsync(() => listener.Heard.Count >= 4, "it hears of the later changes");
        await stopping.CancelAsync();
        await running;

        Assert.Equal(["orders-0 leads 1", "orders-0 resigned 998", "orders-0 leads 999", "payments-0 resigned 999"], listener.Heard);
    }

    sealed class SlowListener : IPartitionListener
    {
        readonly TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<string> Heard { get; } = [];

        public void GoOn() => goOn.SetResult();

        public Task BecameLeaderAsync(TopicPartition partition, int leaderEpoch) => HearAsync($"{partition} leads {leaderEpoch}");

        public Task ResignedAsync(TopicPartition partition, int leaderEpoch) => HearAsync($"{partition} resigned {leaderEpoch}");

        Task HearAsync(string what)
        {
            Heard.Add(what);
            return goOn.Task;
        }
    }
}
