using Kafka.Broker.Replication;

namespace Kafka.Broker.Tests.Replication;

public sealed class TimerHeapTests
{
    [Fact]
    public void Random_additions_and_removals_come_out_by_deadline()
    {
        var random = new Random(42);
        var heap = new TimerHeap();
        var inside = new List<Entry>();
        for (var i = 0; i < 2000; i++)
        {
            if (inside.Count > 0 && random.Next(3) == 0)
            {
                var gone = inside[random.Next(inside.Count)];
                heap.Remove(gone);
                heap.Remove(gone); // once is enough
                inside.Remove(gone);
            }
            else
            {
                var entry = new Entry { Deadline = random.Next(100_000) };
                heap.Add(entry);
                inside.Add(entry);
            }

            Assert.Equal(inside.Count, heap.Count);
            Assert.Equal(inside.Count == 0 ? null : inside.Min(entry => entry.Deadline), heap.Next?.Deadline);
        }

        var order = new List<long>();
        while (heap.Next is { } next)
        {
            order.Add(next.Deadline);
            heap.Remove(next);
        }

        Assert.Equal(inside.Select(entry => entry.Deadline).Order(), order);
    }

    sealed class Entry : ParkedWork
    {
        public override void Run()
        {
        }

        public override void Expire()
        {
        }

        public override void Abandon()
        {
        }
    }
}
