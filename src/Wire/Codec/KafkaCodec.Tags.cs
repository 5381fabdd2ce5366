namespace Wire;

/// <summary>
/// Tagged fields (KIP-482): a count, then for each its tag, its size in bytes and its value, all three numbers unsigned varints.
/// </summary>
public static partial class KafkaCodec
{
    public static void WriteNoTags(WireWriter w) => w.WriteUnsignedVarInt(0);

    /// <summary>Writes a tag; the value follows, then <see cref="EndTag(WireWriter, int)"/> with the position that is returned.</summary>
    public static int BeginTag(WireWriter w, uint tag)
    {
        w.WriteUnsignedVarInt(tag);
        return w.Length;
    }

    /// <summary>Puts the size of the value before it, now that it is known.</summary>
    // moving the value is cheap: tagged values are few and small, and their size need not be computed beforehand
    public static void EndTag(WireWriter w, int start) => w.InsertUnsignedVarInt(start, (uint)(w.Length - start));

    /// <summary>Number of tagged fields; each takes at least two bytes.</summary>
    public static int ReadTagCount(ref WireReader r) => r.CheckCount(r.ReadUnsignedVarInt(), 2);

    /// <summary>Reads a tag and where its value ends.</summary>
    public static uint ReadTag(ref WireReader r, out int end)
    {
        var tag = r.ReadUnsignedVarInt();
        end = r.CheckCount(r.ReadUnsignedVarInt()) + r.Position;
        return tag;
    }

    /// <exception cref="WireFormatException">The value of a known tag was longer or shorter than the size before it.</exception>
    public static void EndTag(ref WireReader r, uint tag, int end)
    {
        if (r.Position != end)
        {
            throw new WireFormatException($"The value of tag {tag} ends at byte {r.Position}, announced was {end}.");
        }
    }

    /// <summary>
    /// Whether a struct follows that may be null: in a tag by an unsigned varint, 0 for null, where elsewhere it is an int8.
    /// </summary>
    public static bool ReadTaggedPresence(ref WireReader r) => r.ReadUnsignedVarInt() > 0;

    /// <summary>The opposite; gives what it was given.</summary>
    public static bool WriteTaggedPresence(WireWriter w, bool present)
    {
        w.WriteUnsignedVarInt(present ? 1u : 0);
        return present;
    }

    /// <summary>Skips a section of tagged fields of which none is known.</summary>
    public static void SkipTags(ref WireReader r)
    {
        for (var count = ReadTagCount(ref r); count > 0; count--)
        {
            ReadTag(ref r, out var end);
            r.Skip(end - r.Position);
        }
    }
}
