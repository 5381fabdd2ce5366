namespace Kafka.Broker.Log;

/// <summary>Where the newest batches of a log lie: followers and consumers that keep up need no index. Owned by the replica loop.</summary>
sealed class TailPositions
{
    /// <summary>Those that keep up are a few appends behind; a miss costs one lookup in the index.</summary>
    const int Size = 64;

    readonly (long Offset, LogSegment? Segment, int Position)[] ring = new (long, LogSegment?, int)[Size];
    int newest = -1;

    public void Note(long baseOffset, LogSegment segment, int position)
    {
        newest = (newest + 1) % Size;
        ring[newest] = (baseOffset, segment, position);
    }

    public bool TryFind(long baseOffset, out LogSegment? segment, out int position)
    {
        for (var i = 0; i < Size && newest >= 0; i++)
        {
            ref readonly var entry = ref ring[(newest - i + Size) % Size];
            // offsets fall from the newest on: behind a smaller one there is no match
            if (entry.Segment is null || entry.Offset < baseOffset)
            {
                break;
            }

            if (entry.Offset == baseOffset)
            {
                (segment, position) = (entry.Segment, entry.Position);
                return true;
            }
        }

        (segment, position) = (null, 0);
        return false;
    }

    /// <summary>The log was cut or rewritten.</summary>
    public void Clear()
    {
        Array.Clear(ring);
        newest = -1;
    }
}
