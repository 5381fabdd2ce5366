using System.Text;

namespace Wire.Tests;

/// <summary>What was written is read again: seeded random values of every primitive, and the edges.</summary>
public sealed class PrimitiveTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_sequences_of_primitives_read_as_they_were_written(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            using var writer = new WireWriter(random.Next(1, 64));
            var expected = new List<object>();
            var kinds = new List<int>();
            for (var i = random.Next(40); i >= 0; i--)
            {
                var kind = random.Next(Primitives.Count);
                kinds.Add(kind);
                expected.Add(Primitives.Write(kind, writer, random));
            }

            var reader = new WireReader(writer.WrittenMemory);
            for (var i = 0; i < kinds.Count; i++)
            {
                Assert.Equal(expected[i], Primitives.Read(kinds[i], ref reader));
            }

            Assert.Equal(0, reader.Remaining);
        }
    }

    [Theory]
    [InlineData(0u, "00")]
    [InlineData(1u, "01")]
    [InlineData(127u, "7F")]
    [InlineData(128u, "8001")]
    [InlineData(300u, "AC02")]
    [InlineData(16383u, "FF7F")]
    [InlineData(16384u, "808001")]
    [InlineData(uint.MaxValue, "FFFFFFFF0F")]
    public void Unsigned_varints_have_the_bytes_of_KIP_482(uint value, string bytes)
    {
        using var writer = new WireWriter();
        writer.WriteUnsignedVarInt(value);
        Assert.Equal(bytes, Convert.ToHexString(writer.WrittenSpan));
        Assert.Equal(value, new WireReader(writer.WrittenMemory).ReadUnsignedVarInt());
    }

    [Theory]
    [InlineData(0, "00")]
    [InlineData(-1, "01")]
    [InlineData(1, "02")]
    [InlineData(63, "7E")]
    [InlineData(-64, "7F")]
    [InlineData(64, "8001")]
    [InlineData(int.MaxValue, "FEFFFFFF0F")]
    [InlineData(int.MinValue, "FFFFFFFF0F")]
    public void Varints_are_zigzag(int value, string bytes)
    {
        using var writer = new WireWriter();
        writer.WriteVarInt(value);
        Assert.Equal(bytes, Convert.ToHexString(writer.WrittenSpan));
        Assert.Equal(value, new WireReader(writer.WrittenMemory).ReadVarInt());
    }

    [Theory]
    [InlineData(0, "00")]
    [InlineData(-1, "01")]
    [InlineData(long.MaxValue, "FEFFFFFFFFFFFFFFFF01")]
    [InlineData(long.MinValue, "FFFFFFFFFFFFFFFFFF01")]
    public void Varlongs_are_zigzag(long value, string bytes)
    {
        using var writer = new WireWriter();
        writer.WriteVarLong(value);
        Assert.Equal(bytes, Convert.ToHexString(writer.WrittenSpan));
        Assert.Equal(value, new WireReader(writer.WrittenMemory).ReadVarLong());
    }

    [Theory]
    [InlineData("FFFFFFFF10")]
    [InlineData("FFFFFFFFFF01")]
    [InlineData("8080808080808000")]
    public void A_varint_of_more_than_32_bits_is_refused(string bytes)
    {
        var frame = Convert.FromHexString(bytes);
        Assert.Throws<WireFormatException>(() => new WireReader(frame).ReadUnsignedVarInt());
    }

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFFFF02")]
    [InlineData("FFFFFFFFFFFFFFFFFFFF01")]
    public void A_varlong_of_more_than_64_bits_is_refused(string bytes)
    {
        var frame = Convert.FromHexString(bytes);
        Assert.Throws<WireFormatException>(() => new WireReader(frame).ReadVarLong());
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(127u)]
    [InlineData(128u)]
    [InlineData(16384u)]
    [InlineData(2097152u)]
    [InlineData(268435456u)]
    [InlineData(uint.MaxValue)]
    public void A_varint_can_be_put_before_what_was_written_already(uint value)
    {
        using var writer = new WireWriter(4);
        writer.WriteUtf8("before");
        var at = writer.Length;
        writer.WriteUtf8("and after, long enough to make the buffer grow");
        writer.InsertUnsignedVarInt(at, value);
        writer.WriteInt8(9);

        var reader = new WireReader(writer.WrittenMemory);
        Assert.Equal("before", reader.ReadUtf8(6));
        Assert.Equal(value, reader.ReadUnsignedVarInt());
        Assert.Equal("and after, long enough to make the buffer grow", reader.ReadUtf8(46));
        Assert.Equal(9, reader.ReadInt8());
        Assert.Equal(0, reader.Remaining);
    }

    [Fact]
    public void A_length_reserved_first_is_patched_later()
    {
        using var writer = new WireWriter();
        var at = writer.ReserveInt32();
        writer.WriteUtf8("körper");
        writer.PatchInt32(at, writer.Length - 4);
        Assert.Equal("00000007" + Convert.ToHexString(Encoding.UTF8.GetBytes("körper")), Convert.ToHexString(writer.WrittenSpan));
    }

    [Fact]
    public void A_writer_is_a_buffer_writer()
    {
        using var writer = new WireWriter(1);
        for (var i = 0; i < 100; i++)
        {
            var span = writer.GetSpan(7);
            span[..7].Fill((byte)i);
            writer.Advance(7);
        }

        Assert.Equal(700, writer.Length);
        Assert.Equal(99, writer.WrittenSpan[^1]);
    }
}
