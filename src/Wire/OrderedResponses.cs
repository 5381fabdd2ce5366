namespace Wire;

/// <summary>
/// Answers requests in the order in which they came, though handlers finish in any order. The reading loop reserves a slot for each
/// request; it is completed from any thread. The turn passes from slot to slot, so no lock is held while sending.
/// </summary>
public sealed class OrderedResponses(Connection connection)
{
    /// <summary>After the last slot once the turn has gone past it.</summary>
    static readonly Slot End = new(null!);

    /// <summary>The answer of a request that has none, and of one whose answer was sent.</summary>
    static readonly WireWriter Nothing = new(0);

    Slot? last;
    int outstanding;

    /// <summary>Requests without their answer: what a reader looks at before it reads more.</summary>
    public int Outstanding => Volatile.Read(ref outstanding);

    /// <summary>The place of the next request's answer. One caller at a time.</summary>
    public Slot Reserve()
    {
        Interlocked.Increment(ref outstanding);
        var slot = new Slot(this);
        var before = last;
        last = slot;
        // no slot is left that could pass the turn on: it is taken here. The answer cannot be there yet
        if (before is null || before.Follow(slot) == End)
        {
            slot.TakeTurn();
        }

        return slot;
    }

    /// <summary>The place of one answer.</summary>
    public sealed class Slot
    {
        const int Turn = 1;
        const int Done = 2;

        readonly OrderedResponses owner;
        WireWriter? message;
        Slot? next;
        int state;

        internal Slot(OrderedResponses owner) => this.owner = owner;

        /// <summary>Gives the answer, null for a request that has none; takes the writer over. Only the first call counts.</summary>
        public void Complete(WireWriter? answer)
        {
            if (Interlocked.CompareExchange(ref message, answer ?? Nothing, null) is not null)
            {
                answer?.Dispose();
                return;
            }

            // of "done" and "its turn" the one that comes second sends, so exactly one thread does
            if ((Interlocked.Or(ref state, Done) & Turn) != 0)
            {
                owner.Send(this);
            }
        }

        /// <summary>The slot after this one: set here, unless the turn has already gone past the end.</summary>
        internal Slot? Follow(Slot slot) => Interlocked.CompareExchange(ref next, slot, null);

        /// <summary>Takes the turn; true when the answer is there already.</summary>
        internal bool TakeTurn() => (Interlocked.Or(ref state, Turn) & Done) != 0;

        internal WireWriter? TakeMessage()
        {
            // the slot lives on as the one before the next: it must not keep the answer alive
            var taken = Interlocked.Exchange(ref message, Nothing);
            return ReferenceEquals(taken, Nothing) ? null : taken;
        }
    }

    void Send(Slot? slot)
    {
        // a loop, no recursion: behind one slow request thousands of finished answers may wait
        while (slot is not null)
        {
            if (slot.TakeMessage() is { } message)
            {
                connection.Enqueue(message);
            }

            // after the message is enqueued: a reader that goes by this number bounds what waits to be sent as well
            Interlocked.Decrement(ref outstanding);
            var following = slot.Follow(End);
            slot = following is not null && following.TakeTurn() ? following : null;
        }
    }
}
