using System.Buffers.Binary;
using Wire.Files;

namespace Kafka.Broker.Log;

/// <summary>Kafka's .timeindex, 12 bytes an entry: the largest timestamp (ms) up to a relative offset. Both grow strictly.</summary>
sealed class TimeIndex() : SegmentIndex<(long Timestamp, int Offset)>(12)
{
    /// <summary>The last entry; (-1, -1) without one.</summary>
    public (long Timestamp, int Offset) Last => Newest ?? (-1, -1);

    /// <summary>Null when the file cannot be a time index.</summary>
    public static TimeIndex? Load(IDiskFile file)
    {
        var index = new TimeIndex();
        return index.TryLoad(file) ? index : null;
    }

    /// <summary>Passed over unless later in time and offset than the last entry.</summary>
    public void Append(long timestamp, int relativeOffset) => TryAppend((timestamp, relativeOffset));

    /// <summary>A relative offset before which every record is older than the timestamp; 0 when nothing is known.</summary>
    public int Lookup(long timestamp) => LastBefore(timestamp, static (entry, wanted) => entry.Timestamp < wanted)?.Offset ?? 0;

    protected override bool TryAppend(in (long Timestamp, int Offset) entry)
    {
        if (entry.Timestamp <= Last.Timestamp || entry.Offset <= Last.Offset)
        {
            return false;
        }

        Add(entry);
        return true;
    }

    protected override void Write(Span<byte> bytes, in (long Timestamp, int Offset) entry)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes, entry.Timestamp);
        BinaryPrimitives.WriteInt32BigEndian(bytes[8..], entry.Offset);
    }

    protected override (long Timestamp, int Offset) Read(ReadOnlySpan<byte> bytes) =>
        (BinaryPrimitives.ReadInt64BigEndian(bytes), BinaryPrimitives.ReadInt32BigEndian(bytes[8..]));
}
