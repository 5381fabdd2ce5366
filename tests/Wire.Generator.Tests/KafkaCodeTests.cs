using Wire.Generator.Tests.Messages;

namespace Wire.Generator.Tests;

/// <summary>The code that the generator wrote for this project's own schemas, run.</summary>
public sealed class KafkaCodeTests
{
    public static TheoryData<short> Versions => [0, 1, 2, 3, 4, 5];

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_new_message_reads_back_as_a_new_message(short version)
    {
        var read = RoundTrip(new EverythingRequest { MaybeMany = version == 0 ? [] : null }, version);
        Assert.True(read.Flag);
        Assert.Equal(-5, read.Tiny);
        Assert.Equal(int.MaxValue, read.Number);
        Assert.Equal(-1, read.Big);
        Assert.Equal(1.5, read.Real);
        Assert.Equal("some # text", read.Text);
        Assert.Equal("", read.MaybeText);
        Assert.Null(read.NoText);
        Assert.Equal(0, read.MaybeBlob?.Length);
        Assert.Null(read.Batch);
        Assert.Equal(version == 0, read.Texts is not null);
        Assert.Empty(read.Many);
        Assert.Equal(version == 0, read.MaybeMany is not null);
        Assert.Equal(3, read.Gone);
        Assert.Null(read.Maybe);
        Assert.Null(read.LateNumbers);
        Assert.Equal("", read.LateInner.Name);
        Assert.Null(read.MaybeLate);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Every_field_that_the_version_has_survives(short version)
    {
        var sent = Samples.Full(version);
        var read = RoundTrip(sent, version);
        Assert.Equal(
            (sent.Flag, sent.Tiny, sent.Small, sent.Port, sent.Number), (read.Flag, read.Tiny, read.Small, read.Port, read.Number));
        Assert.Equal((sent.Unsigned, sent.Big, sent.Real, sent.Id, sent.Text), (read.Unsigned, read.Big, read.Real, read.Id, read.Text));
        Assert.Equal((sent.MaybeText, sent.NoText, sent.Gone, sent.Moved), (read.MaybeText, read.NoText, read.Gone, read.Moved));
        Assert.Equal((sent.LateFlag, sent.LateId), (read.LateFlag, read.LateId));
        Assert.Equal(sent.Blob.ToArray(), read.Blob.ToArray());
        Assert.Equal(sent.MaybeBlob?.ToArray(), read.MaybeBlob?.ToArray());
        Assert.Equal(sent.Batch?.ToArray(), read.Batch?.ToArray());
        Assert.Equal(sent.Numbers, read.Numbers);
        Assert.Equal(sent.Texts, read.Texts);
        Assert.Equal(sent.Blobs.Select(one => one.ToArray()), read.Blobs.Select(one => one.ToArray()));
        Assert.Equal(sent.Many.Select(one => one.Name), read.Many.Select(one => one.Name));
        Assert.Equal(sent.MaybeMany?.Select(one => one.Name), read.MaybeMany?.Select(one => one.Name));
        Assert.Equal(sent.LateNumbers, read.LateNumbers);
        Assert.Equal(sent.LateInner.Name, read.LateInner.Name);
        Assert.Equal(sent.MaybeLate?.Name, read.MaybeLate?.Name);
        Assert.Equal(sent.Maybe?.Name, read.Maybe?.Name);
        Assert.Equal(version >= 2 ? sent.Ids : [], read.Ids);
        Assert.Equal(version >= 2 ? [5L, 7L] : [], read.Single.Deep.Select(one => one.Value));
        Assert.Equal(version is >= 1 and <= 4 ? 11 : 0, read.Middle);
        Assert.Equal(version == 2 ? 12 : 0, read.Only);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_message_cut_anywhere_is_refused(short version)
    {
        using var writer = new WireWriter();
        Samples.Full(version).Write(writer, version);
        for (var length = 0; length < writer.Length; length++)
        {
            Assert.Throws<WireFormatException>(() =>
            {
                var reader = new WireReader(writer.WrittenMemory[..length]);
                EverythingRequest.Read(ref reader, version);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_garbled_message_reads_as_something_or_is_refused(short version)
    {
        using var writer = new WireWriter();
        Samples.Full(version).Write(writer, version);
        var random = new Random(version);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = writer.WrittenSpan.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                var reader = new WireReader(bytes);
                EverythingRequest.Read(ref reader, version);
            }
            catch (WireFormatException)
            {
                // the only way to refuse
            }
        }
    }

    [Fact]
    public void A_value_that_the_version_lacks_is_refused_unless_it_may_be_ignored()
    {
        Refused(new EverythingRequest { NoText = "x", MaybeMany = [], Texts = [] }, 0);
        Refused(new EverythingRequest { Gone = 4 }, 3);
        Refused(new EverythingRequest { Maybe = new() }, 3);
        Refused(new EverythingRequest { LateFlag = true }, 3);
        Refused(new EverythingRequest { LateInner = new() { Name = "x" } }, 2);
        Refused(new EverythingRequest { MaybeText = null, MaybeMany = [], Texts = [] }, 0);
        Refused(new EverythingRequest { MaybeBlob = null }, 1);
        Refused(new EverythingRequest(), 6);
        Refused(new EverythingRequest(), -1);
        RoundTrip(new EverythingRequest { Middle = 5, Only = 6, Ids = [Guid.NewGuid()], MaybeMany = [], Texts = [] }, 0);
    }

    [Fact]
    public void Tagged_fields_are_written_when_set_in_the_order_of_their_tags_and_unknown_ones_are_skipped()
    {
        using var plain = new WireWriter();
        new EverythingRequest().Write(plain, 5);
        Assert.Equal(0, plain.WrittenSpan[^1]);

        using var tagged = new WireWriter();
        new EverythingRequest { LateFlag = true, Moved = "m" }.Write(tagged, 5);
        Assert.Equal("02" + "00" + "02" + "026D" + "07" + "01" + "01", Convert.ToHexString(tagged.WrittenSpan[(plain.Length - 1)..]));

        using var unknown = new WireWriter();
        unknown.WriteBytes(plain.WrittenSpan[..^1]);
        unknown.WriteBytes(Convert.FromHexString("02" + "07" + "01" + "01" + "7F" + "03" + "AABBCC"));
        var reader = new WireReader(unknown.WrittenMemory);
        Assert.True(EverythingRequest.Read(ref reader, 5).LateFlag);
        Assert.Equal(0, reader.Remaining);
    }

    [Fact]
    public void A_large_tagged_field_has_a_size_of_several_bytes()
    {
        var sent = new EverythingRequest { LateNumbers = [.. Enumerable.Range(0, 100_000)], Moved = new string('x', 30_000) };
        var read = RoundTrip(sent, 5);
        Assert.Equal(sent.LateNumbers, read.LateNumbers);
        Assert.Equal(sent.Moved, read.Moved);
    }

    [Fact]
    public void A_known_tag_with_a_wrong_size_is_refused()
    {
        using var plain = new WireWriter();
        new EverythingRequest().Write(plain, 5);
        byte[] bytes = [.. plain.WrittenSpan[..^1], 1, 7, 2, 1, 1];
        Assert.Throws<WireFormatException>(() =>
        {
            var reader = new WireReader(bytes);
            EverythingRequest.Read(ref reader, 5);
        });
    }

    [Fact]
    public void Byte_fields_are_slices_of_the_frame()
    {
        using var writer = new WireWriter();
        new EverythingRequest { Blob = new byte[] { 1, 2, 3 } }.Write(writer, 5);
        var frame = writer.WrittenSpan.ToArray();
        var reader = new WireReader(frame);
        var read = EverythingRequest.Read(ref reader, 5);
        Array.Clear(frame);
        Assert.Equal(new byte[3], read.Blob.ToArray());
    }

    [Fact]
    public void Structs_that_stand_alone_can_be_used_by_later_ones()
    {
        using var writer = new WireWriter();
        new Line { From = new() { X = 1, Y = 5 }, Others = [new() { X = 3 }], Version = 9 }.Write(writer, 1);
        Assert.Equal("0000000100000005" + "02" + "0000000300000002" + "0009" + "00", Convert.ToHexString(writer.WrittenSpan));
        var reader = new WireReader(writer.WrittenMemory);
        var read = (Line)KafkaMessages.ReadStruct("Line", ref reader, 1);
        Assert.Equal((1, 5, 3, 2), (read.From.X, read.From.Y, read.Others[0].X, read.Others[0].Y));
    }

    [Fact]
    public void The_registry_knows_every_message_by_key_and_name()
    {
        Assert.Equal([900], KafkaMessages.Keys);
        Assert.Equal(["Everything"], KafkaMessages.Names);
        Assert.Equal([("Line", (short)0, (short)1), ("Point", 0, 1)], KafkaMessages.Structs);
        Assert.Equal(((short)0, (short)5), KafkaMessages.Versions(900));
        Assert.Null(KafkaMessages.Versions(901));
        Kafka.Protocol.IKafkaRequest request = new EverythingRequest();
        Assert.Equal((900, 0, 5, false, true), (request.Key, request.Lowest, request.Highest, request.Flexible(2), request.Flexible(3)));
        var frame = new byte[] { 0, 5, 0 };
        var reader = new WireReader(frame);
        Assert.Equal(5, Assert.IsType<EverythingResponse>(request.ReadResponse(ref reader, 3)).ErrorCode);
        Assert.Throws<WireFormatException>(() =>
        {
            var r = new WireReader(frame);
            KafkaMessages.ReadRequest(901, ref r, 0);
        });
    }

    static EverythingRequest RoundTrip(EverythingRequest message, short version)
    {
        if (version == 0)
        {
            message.Texts ??= [];
        }

        using var writer = new WireWriter();
        message.Write(writer, version);
        var reader = new WireReader(writer.WrittenSpan.ToArray());
        var read = (EverythingRequest)KafkaMessages.ReadRequest(EverythingRequest.ApiKey, ref reader, version);
        Assert.Equal(0, reader.Remaining);
        return read;
    }

    static void Refused(EverythingRequest message, short version)
    {
        using var writer = new WireWriter();
        Assert.Throws<WireFormatException>(() => message.Write(writer, version));
    }
}
