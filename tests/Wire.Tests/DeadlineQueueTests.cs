using Wire.Loops;

namespace Wire.Tests;

public sealed class DeadlineQueueTests
{
    [Fact]
    public void Whatever_is_added_moved_and_removed_comes_out_by_deadline()
    {
        var random = new Random(42);
        var queue = new DeadlineQueue<Entry>();
        var inside = new List<Entry>();
        for (var i = 0; i < 2000; i++)
        {
            if (inside.Count > 0 && random.Next(3) == 0)
            {
                var gone = inside[random.Next(inside.Count)];
                queue.Remove(gone);
                queue.Remove(gone); // once is enough
                inside.Remove(gone);
            }
            else
            {
                var entry = inside.Count > 0 && random.Next(3) == 0 ? inside[random.Next(inside.Count)] : new Entry();
                queue.Set(entry, random.Next(100_000));
                inside.Remove(entry);
                inside.Add(entry);
            }

            Assert.Equal(inside.Count, queue.Count);
            Assert.Equal(inside.Count == 0 ? null : inside.Min(entry => entry.Deadline), queue.Next?.Deadline);
        }

        var order = new List<long>();
        Assert.Null(queue.TakeDue(-1));
        while (queue.TakeDue(long.MaxValue) is { } next)
        {
            order.Add(next.Deadline);
        }

        Assert.Equal(inside.Select(entry => entry.Deadline).Order(), order);
        Assert.Equal(0, queue.Count);
    }

    sealed class Entry : IDeadline
    {
        public long Deadline { get; set; }

        public int HeapIndex { get; set; } = -1;
    }
}
