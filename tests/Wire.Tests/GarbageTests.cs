namespace Wire.Tests;

/// <summary>
/// Bytes that a peer made up: every read ends in a value or in a <see cref="WireFormatException"/>, and costs little memory.
/// </summary>
public sealed class GarbageTests
{
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Garbage_reads_as_something_or_is_refused_and_never_more(int seed)
    {
        var random = new Random(seed);
        var frame = new byte[64];
        for (var round = 0; round < 20_000; round++)
        {
            random.NextBytes(frame);
            if (round % 2 == 0)
            {
                frame.AsSpan(0, random.Next(8)).Fill(round % 4 == 0 ? (byte)0xff : (byte)0x7f);
            }

            ReadAll(frame.AsMemory(0, random.Next(frame.Length + 1)), random);
        }
    }

    [Theory]
    [InlineData("7FFFFFFF")]
    [InlineData("80000000")]
    [InlineData("FFFFFFFE")]
    [InlineData("00000005")]
    public void An_absurd_length_allocates_nothing(string length)
    {
        var frame = Convert.FromHexString(length + "01020304");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<WireFormatException>(() => { var r = new WireReader(frame); KafkaCodec.ReadBytes(ref r, false); });
        Assert.Throws<WireFormatException>(() => { var r = new WireReader(frame); KafkaCodec.ReadCount(ref r, false, 1); });
        Assert.Throws<WireFormatException>(() => { var r = new WireReader(frame); JuteCodec.ReadString(ref r); });
        Assert.Throws<WireFormatException>(() => { var r = new WireReader(frame); JuteCodec.ReadBuffer(ref r); });
        Assert.Throws<WireFormatException>(() => { var r = new WireReader(frame); JuteCodec.ReadCount(ref r); });
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Theory]
    [InlineData("FFFFFFFF0F")]
    [InlineData("FFFFFFFF07")]
    [InlineData("8080808008")]
    [InlineData("06")]
    public void An_absurd_compact_length_is_refused(string length)
    {
        var frame = Convert.FromHexString(length + "01020304");
        Assert.Throws<WireFormatException>(() => { var r = new WireReader(frame); KafkaCodec.ReadString(ref r, true); });
        Assert.Throws<WireFormatException>(() => { var r = new WireReader(frame); KafkaCodec.ReadBytes(ref r, true); });
        Assert.Throws<WireFormatException>(() => { var r = new WireReader(frame); KafkaCodec.ReadCount(ref r, true, 1); });
    }

    [Fact]
    public void A_count_is_checked_against_the_least_its_elements_take()
    {
        var frame = Convert.FromHexString("00000002" + "0102030405060708");
        var reader = new WireReader(frame);
        Assert.Equal(2, KafkaCodec.ReadCount(ref reader, false, 4));
        Assert.Throws<WireFormatException>(() => { var r = new WireReader(frame); KafkaCodec.ReadCount(ref r, false, 5); });
    }

    [Fact]
    public void Null_where_none_is_allowed_is_refused()
    {
        var classic = Convert.FromHexString("FFFFFFFF");
        Assert.Throws<WireFormatException>(() => { var r = new WireReader(classic); KafkaCodec.ReadString(ref r, false); });
        Assert.Throws<WireFormatException>(
            () => { var r = new WireReader(classic); KafkaCodec.ReadNullableString(ref r, false, nullable: false); });
        Assert.Throws<WireFormatException>(
            () => { var r = new WireReader(classic); KafkaCodec.ReadNullableBytes(ref r, false, nullable: false); });
        Assert.Throws<WireFormatException>(() => { var r = new WireReader(classic); KafkaCodec.ReadCount(ref r, false, 1); });
        Assert.Throws<WireFormatException>(
            () => { var r = new WireReader(classic); KafkaCodec.ReadNullableCount(ref r, false, 1, nullable: false); });
    }

    [Fact]
    public void Jute_nulls_read_as_empty_where_null_was_not_asked_for()
    {
        var frame = Convert.FromHexString("FFFFFFFFFFFFFFFF");
        var reader = new WireReader(frame);
        Assert.Equal("", JuteCodec.ReadString(ref reader));
        Assert.True(JuteCodec.ReadBuffer(ref reader).IsEmpty);
        var again = new WireReader(frame);
        Assert.Null(JuteCodec.ReadNullableString(ref again));
        Assert.Null(JuteCodec.ReadNullableBuffer(ref again));
    }

    [Fact]
    public void A_value_that_a_version_cannot_carry_is_not_written()
    {
        using var writer = new WireWriter();
        Assert.Throws<WireFormatException>(() => KafkaCodec.WriteString(writer, false, new string('x', 32768)));
        Assert.Throws<WireFormatException>(() => KafkaCodec.WriteString(writer, true, new string('x', 32768)));
        Assert.Throws<WireFormatException>(() => KafkaCodec.WriteString(writer, true, null!));
        Assert.Throws<WireFormatException>(() => KafkaCodec.WriteNullableString(writer, true, null, nullable: false));
        Assert.Throws<WireFormatException>(() => KafkaCodec.WriteNullableBytes(writer, true, null, nullable: false));
        Assert.Throws<WireFormatException>(() => KafkaCodec.CheckVersion(3, 0, 2));
        Assert.Equal(0, writer.Length);
        KafkaCodec.WriteString(writer, true, new string('x', 32767));
        KafkaCodec.WriteString(writer, false, new string('x', 32767));
    }

    [Theory]
    [InlineData("00", true)]
    [InlineData("010500", true)]
    [InlineData("02050109060200ff", true)]
    [InlineData("01", false)]
    [InlineData("0105", false)]
    [InlineData("010502ff", false)]
    [InlineData("ffffffff0f0500", false)]
    public void Unknown_tags_are_skipped_and_broken_ones_refused(string bytes, bool fits)
    {
        var frame = Convert.FromHexString(bytes);
        if (fits)
        {
            var reader = new WireReader(frame);
            KafkaCodec.SkipTags(ref reader);
            Assert.Equal(0, reader.Remaining);
        }
        else
        {
            Assert.Throws<WireFormatException>(() => { var r = new WireReader(frame); KafkaCodec.SkipTags(ref r); });
        }
    }

    static void ReadAll(ReadOnlyMemory<byte> frame, Random random)
    {
        var reader = new WireReader(frame);
        try
        {
            while (reader.Remaining > 0)
            {
                Primitives.Read(random.Next(Primitives.Count), ref reader);
                if (random.Next(8) == 0)
                {
                    KafkaCodec.SkipTags(ref reader);
                }
            }
        }
        catch (WireFormatException)
        {
            Assert.InRange(reader.Position, 0, frame.Length);
        }
    }
}
