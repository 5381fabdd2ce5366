namespace Wire.Tests;

/// <summary>Every primitive by number, for tests that pick at random.</summary>
static class Primitives
{
    public const int Count = 20;

    /// <summary>Writes a random value of a kind and returns it.</summary>
    public static object Write(int kind, WireWriter w, Random random)
    {
        var bits = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
        switch (kind)
        {
            case 0: w.WriteInt8((sbyte)bits); return (sbyte)bits;
            case 1: w.WriteBoolean(bits % 2 == 0); return bits % 2 == 0;
            case 2: w.WriteInt16((short)bits); return (short)bits;
            case 3: w.WriteUInt16((ushort)bits); return (ushort)bits;
            case 4: w.WriteInt32((int)bits); return (int)bits;
            case 5: w.WriteUInt32((uint)bits); return (uint)bits;
            case 6: w.WriteInt64(bits); return bits;
            case 7: w.WriteFloat64(bits / 3.0); return bits / 3.0;
            case 8: var id = RandomId(random); w.WriteUuid(id); return id;
            case 9: w.WriteUnsignedVarInt((uint)bits); return (uint)bits;
            case 10: w.WriteVarInt((int)bits); return (int)bits;
            case 11: w.WriteVarLong(bits); return bits;
            case 12: KafkaCodec.WriteString(w, false, Text(random)); return Text(null);
            case 13: KafkaCodec.WriteString(w, true, Text(random)); return Text(null);
            case 14: KafkaCodec.WriteNullableString(w, true, null); return "null";
            case 15: KafkaCodec.WriteNullableString(w, false, null); return "null";
            case 16: KafkaCodec.WriteBytes(w, true, new byte[] { 1, 2, 3 }); return "010203";
            case 17: KafkaCodec.WriteNullableBytes(w, false, null); return "null";
            case 18: JuteCodec.WriteString(w, Text(random)); return Text(null);
            default: JuteCodec.WriteBuffer(w, (ReadOnlyMemory<byte>?)null); return "null";
        }
    }

    public static object Read(int kind, ref WireReader r) => kind switch
    {
        0 => r.ReadInt8(),
        1 => r.ReadBoolean(),
        2 => r.ReadInt16(),
        3 => r.ReadUInt16(),
        4 => r.ReadInt32(),
        5 => r.ReadUInt32(),
        6 => r.ReadInt64(),
        7 => r.ReadFloat64(),
        8 => r.ReadUuid(),
        9 => r.ReadUnsignedVarInt(),
        10 => r.ReadVarInt(),
        11 => r.ReadVarLong(),
        12 => KafkaCodec.ReadString(ref r, false),
        13 => KafkaCodec.ReadString(ref r, true),
        14 => KafkaCodec.ReadNullableString(ref r, true) ?? "null",
        15 => KafkaCodec.ReadNullableString(ref r, false) ?? "null",
        16 => Convert.ToHexString(KafkaCodec.ReadBytes(ref r, true).Span),
        17 => KafkaCodec.ReadNullableBytes(ref r, false) is { } bytes ? Convert.ToHexString(bytes.Span) : "null",
        18 => JuteCodec.ReadString(ref r),
        _ => JuteCodec.ReadNullableBuffer(ref r) is { } buffer ? Convert.ToHexString(buffer.Span) : "null",
    };

    [ThreadStatic]
    static string? lastText;

    /// <summary>A random text with characters of one to four bytes; without a random the last one again.</summary>
    static string Text(Random? random) => random is null
        ? lastText!
        : lastText = string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => random.GetItems<string>(["a", "ß", "读", "🙂"], 1)[0]));

    static Guid RandomId(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
