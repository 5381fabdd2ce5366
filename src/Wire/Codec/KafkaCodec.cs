namespace Wire;

/// <summary>
/// Kafka's composite encodings, used by the generated messages: strings, bytes, array counts and the presence of structs. Classic versions
/// carry int16 or int32 lengths with -1 for null, flexible ones (KIP-482) an unsigned varint of length + 1 with 0 for null.
/// </summary>
public static partial class KafkaCodec
{
    /// <summary>
    /// Elements a list is made for before any was read: a count is the peer's claim, and its list grows only as elements arrive.
    /// </summary>
    const int MostReserved = 256;

    /// <exception cref="WireFormatException">The message does not have that version.</exception>
    public static void CheckVersion(short version, short lowest, short highest)
    {
        if (version < lowest || version > highest)
        {
            throw new WireFormatException($"Version {version} is not one of {lowest} to {highest}.");
        }
    }

    /// <summary>What is thrown when a field holds a value that a version cannot carry.</summary>
    public static WireFormatException NotInVersion(string field, short version) =>
        new($"{field} holds a value that version {version} cannot carry.");

    /// <summary>Capacity of a list for <paramref name="count"/> announced elements; a count below zero means null.</summary>
    public static int Capacity(int count) => Math.Clamp(count, 0, MostReserved);

    public static string ReadString(ref WireReader r, bool flexible)
    {
        var length = ReadStringLength(ref r, flexible);
        return length >= 0 ? r.ReadUtf8(length) : throw Null("string", ref r);
    }

    /// <param name="r">The frame.</param>
    /// <param name="flexible">Whether the length is compact.</param>
    /// <param name="nullable">Whether the message's version allows null here.</param>
    public static string? ReadNullableString(ref WireReader r, bool flexible, bool nullable = true)
    {
        var length = ReadStringLength(ref r, flexible);
        return length >= 0 ? r.ReadUtf8(length) : nullable ? null : throw Null("string", ref r);
    }

    /// <summary>A slice of the frame, not a copy.</summary>
    public static ReadOnlyMemory<byte> ReadBytes(ref WireReader r, bool flexible)
    {
        var length = ReadLength(ref r, flexible);
        return length >= 0 ? r.ReadBytes(length) : throw Null("byte string", ref r);
    }

    /// <summary>A slice of the frame, not a copy.</summary>
    public static ReadOnlyMemory<byte>? ReadNullableBytes(ref WireReader r, bool flexible, bool nullable = true)
    {
        var length = ReadLength(ref r, flexible);
        return length >= 0 ? r.ReadBytes(length) : nullable ? (ReadOnlyMemory<byte>?)null : throw Null("byte string", ref r);
    }

    /// <summary>
    /// Count of an array, checked against what is left given that each element takes at least <paramref name="least"/> bytes.
    /// </summary>
    public static int ReadCount(ref WireReader r, bool flexible, int least)
    {
        var count = ReadLength(ref r, flexible);
        return count >= 0 ? r.CheckCount(count, least) : throw Null("array", ref r);
    }

    /// <summary>As <see cref="ReadCount"/>, -1 for a null array.</summary>
    public static int ReadNullableCount(ref WireReader r, bool flexible, int least, bool nullable = true)
    {
        var count = ReadLength(ref r, flexible);
        return count >= 0 ? r.CheckCount(count, least) : nullable ? -1 : throw Null("array", ref r);
    }

    /// <summary>Whether a struct that may be null follows: an int8 of 1, or -1 for null.</summary>
    public static bool ReadPresence(ref WireReader r) => r.ReadInt8() >= 0;

    public static void WriteString(WireWriter w, bool flexible, string value, string field = "string")
    {
        if (value is null)
        {
            throw NullWritten(field);
        }

        WriteText(w, flexible, value, field);
    }

    /// <param name="w">Where to.</param>
    /// <param name="flexible">Whether the length is compact.</param>
    /// <param name="value">The text, or null.</param>
    /// <param name="nullable">Whether the message's version allows null here.</param>
    /// <param name="field">Name for the error.</param>
    public static void WriteNullableString(WireWriter w, bool flexible, string? value, bool nullable = true, string field = "string")
    {
        if (value is not null)
        {
            WriteText(w, flexible, value, field);
        }
        else if (!nullable)
        {
            throw NullWritten(field);
        }
        else if (flexible)
        {
            w.WriteUnsignedVarInt(0);
        }
        else
        {
            w.WriteInt16(-1);
        }
    }

    public static void WriteBytes(WireWriter w, bool flexible, ReadOnlySpan<byte> value)
    {
        WriteCount(w, flexible, value.Length);
        w.WriteBytes(value);
    }

    public static void WriteNullableBytes(
        WireWriter w, bool flexible, ReadOnlyMemory<byte>? value, bool nullable = true, string field = "bytes")
    {
        WriteNullableCount(w, flexible, value?.Length ?? -1, nullable, field);
        if (value is { } bytes)
        {
            w.WriteBytes(bytes.Span);
        }
    }

    /// <summary>Count of an array's elements, or of bytes; -1 for null.</summary>
    public static void WriteCount(WireWriter w, bool flexible, int count)
    {
        if (flexible)
        {
            // shifted by one, so that null (-1) is 0 and needs no case of its own
            w.WriteUnsignedVarInt((uint)(count + 1));
        }
        else
        {
            w.WriteInt32(count);
        }
    }

    /// <summary>As <see cref="WriteCount"/>; refuses -1 in a version that does not allow null.</summary>
    public static void WriteNullableCount(WireWriter w, bool flexible, int count, bool nullable = true, string field = "array")
    {
        if (count < 0 && !nullable)
        {
            throw NullWritten(field);
        }

        WriteCount(w, flexible, count);
    }

    /// <summary>Writes the byte that says whether a struct follows, in versions where it may be null; returns whether it does.</summary>
    public static bool WritePresence(WireWriter w, bool present, bool nullable, string field)
    {
        if (nullable)
        {
            w.WriteInt8(present ? (sbyte)1 : (sbyte)-1);
        }
        else if (!present)
        {
            throw NullWritten(field);
        }

        return present;
    }

    static void WriteText(WireWriter w, bool flexible, string value, string field)
    {
        if (!(flexible ? w.TryWriteCompactUtf8(value) : w.TryWriteUtf8WithInt16(value)))
        {
            throw new WireFormatException($"{field} is longer than the 32767 bytes a string may have.");
        }
    }

    static int ReadStringLength(ref WireReader r, bool flexible) => flexible ? ReadLength(ref r, true) : Sign(r.ReadInt16(), ref r);

    static int ReadLength(ref WireReader r, bool flexible)
    {
        if (!flexible)
        {
            return Sign(r.ReadInt32(), ref r);
        }

        // int.MaxValue is the largest length + 1 that Java, with its signed lengths, can mean
        var raw = r.ReadUnsignedVarInt();
        return raw <= int.MaxValue ? (int)raw - 1 : throw new WireFormatException($"A length of {raw - 1} before byte {r.Position}.");
    }

    // less than -1 is refused: taken for null, it would hide that the reader is out of step
    static int Sign(int length, ref WireReader r) =>
        length >= -1 ? length : throw new WireFormatException($"A length of {length} before byte {r.Position}.");

    static WireFormatException Null(string what, ref WireReader r) =>
        new($"A null {what} before byte {r.Position}, where none is allowed.");

    static WireFormatException NullWritten(string field) => new($"{field} is null in a version that does not allow it.");
}
