namespace Wire;

/// <summary>
/// Jute's composite encodings (ZooKeeper's BinaryOutputArchive): an int32 length, -1 for null, before strings, buffers and vectors.
/// </summary>
public static class JuteCodec
{
    /// <summary>
    /// Elements a list is made for before any was read: a count is the peer's claim, and its list grows only as elements arrive.
    /// </summary>
    const int MostReserved = 256;

    /// <summary>Capacity of a list for <paramref name="count"/> announced elements; a count below zero means null.</summary>
    public static int Capacity(int count) => Math.Clamp(count, 0, MostReserved);

    /// <summary>Null reads as "".</summary>
    public static string ReadString(ref WireReader r) => ReadNullableString(ref r) ?? "";

    public static string? ReadNullableString(ref WireReader r)
    {
        var length = ReadLength(ref r);
        return length < 0 ? null : r.ReadUtf8(length);
    }

    /// <summary>A slice of the frame, not a copy; null reads as empty.</summary>
    public static ReadOnlyMemory<byte> ReadBuffer(ref WireReader r) => ReadNullableBuffer(ref r) ?? default;

    /// <summary>A slice of the frame, not a copy.</summary>
    public static ReadOnlyMemory<byte>? ReadNullableBuffer(ref WireReader r)
    {
        var length = ReadLength(ref r);
        return length < 0 ? (ReadOnlyMemory<byte>?)null : r.ReadBytes(length);
    }

    /// <summary>Count of a vector's elements, checked against what is left; -1 for null.</summary>
    public static int ReadCount(ref WireReader r)
    {
        var count = ReadLength(ref r);
        // no element of a vector is shorter than a byte, whatever it is
        return count < 0 ? count : r.CheckCount(count);
    }

    public static void WriteString(WireWriter w, string? value)
    {
        if (value is null)
        {
            w.WriteInt32(-1);
            return;
        }

        // patched afterwards: counting the bytes first would go through the text twice
        var at = w.ReserveInt32();
        w.WriteUtf8(value);
        w.PatchInt32(at, w.Length - at - 4);
    }

    public static void WriteBuffer(WireWriter w, ReadOnlyMemory<byte> value)
    {
        w.WriteInt32(value.Length);
        w.WriteBytes(value.Span);
    }

    public static void WriteBuffer(WireWriter w, ReadOnlyMemory<byte>? value)
    {
        if (value is { } bytes)
        {
            WriteBuffer(w, bytes);
        }
        else
        {
            w.WriteInt32(-1);
        }
    }

    static int ReadLength(ref WireReader r)
    {
        var length = r.ReadInt32();
        return length >= -1 ? length : throw new WireFormatException($"A length of {length} before byte {r.Position}.");
    }
}
