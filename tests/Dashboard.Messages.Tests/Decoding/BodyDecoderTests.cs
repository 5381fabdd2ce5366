using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Formats.Cbor;
using System.IO.Compression;
using System.Text;
using Dashboard.Messages.Decoding;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Google.Protobuf.WellKnownTypes;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using MessagePack;
using Testing;
using Wire;
using FieldMask = Dashboard.Monitoring.Access.FieldMask;

namespace Dashboard.Messages.Tests.Decoding;

public sealed class BodyDecoderTests
{
    static readonly byte[] largeRandom = Noise(20_000, 7);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_say_what_they_are()
    {
        Assert.Equal("json", (await ReadAsync("""{"a":1}"""u8.ToArray())).Format);
        Assert.Equal("utf8", (await ReadAsync("hello"u8.ToArray())).Format);
        Assert.Equal("hex", (await ReadAsync([0, 0, 0, 5])).Format);
        var wide = await ReadAsync([0xff, 0xfe, .. Encoding.Unicode.GetBytes("grün")]);
        Assert.Equal(("utf16", "grün"), (wide.Format, wide.Text));
        var packed = await ReadAsync(Gzip("""{"a":[1,2]}"""u8.ToArray()));
        Assert.Equal(("gzip+json", """{"a":[1,2]}"""), (packed.Format, packed.Text));
        using var zstd = new ZstdSharp.Compressor();
        Assert.Equal(("zstd+utf8", "hello"), Said(await ReadAsync(zstd.Wrap("hello"u8.ToArray()).ToArray())));
    }

    [Fact]
    public async Task What_unfolds_to_too_much_is_told_and_not_unfolded()
    {
        var read = await ReadAsync(Gzip(new byte[CompressedBody.MostBytes + 1]));
        Assert.Equal("hex", read.Format);
        Assert.Contains("unfolds to more than 16 MiB", read.Trouble, StringComparison.Ordinal);
        Assert.Equal("It is packed more than once.", (await ReadAsync(Gzip(Gzip([1, 2, 3])))).Trouble);
        Assert.Contains("gzip", (await ReadAsync(Gzip(largeRandom)[..200])).Trouble, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task MessagePack_and_Cbor_are_found_where_they_are_objects_and_read_when_chosen()
    {
        var packed = MessagePackSerializer.ConvertFromJson("""{"id":7,"tags":["a",null,true],"x":1.5}""", cancellationToken: Token);
        Assert.Equal(("msgpack", """{"id":7,"tags":["a",null,true],"x":1.5}"""), Said(await ReadAsync(packed)));
        var cbor = new CborWriter();
        cbor.WriteStartMap(2);
        cbor.WriteTextString("n");
        cbor.WriteInt64(-7);
        cbor.WriteTextString("b");
        cbor.WriteByteString([1, 2]);
        cbor.WriteEndMap();
        Assert.Equal(("cbor", """{"n":-7,"b":"AQI="}"""), Said(await ReadAsync(cbor.Encode())));
        Assert.Equal(("msgpack", "5"), Said(await ReadAsync([5], "msgpack")));
        Assert.Equal("hex", (await ReadAsync([0x81, 0xa1])).Format);
        var deep = await ReadAsync([.. Enumerable.Repeat((byte)0x91, 100_000)], "msgpack");
        Assert.Contains("within each other", deep.Trouble, StringComparison.Ordinal);
        var names = await ReadAsync([.. Enumerable.Repeat((byte)0x81, 100_000)], "msgpack");
        Assert.Contains("name", names.Trouble, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("int8", "ff", "-1")]
    [InlineData("int16", "0102", "258")]
    [InlineData("int32", "0000002a", "42")]
    [InlineData("int64", "ffffffffffffffff", "-1")]
    [InlineData("float", "3fc00000", "1.5")]
    [InlineData("double", "3ff8000000000000", "1.5")]
    [InlineData("uuid", "00112233445566778899aabbccddeeff", "00112233-4455-6677-8899-aabbccddeeff")]
    public async Task Numbers_are_read_by_a_rule(string format, string hex, string text)
    {
        var rules = new DecodeRules([new DecodeRule(["orders*"], format, null)], []);
        var read = await new BodyDecoder(rules, null).DecodeAsync("orders.eu", BodyPart.Key, Convert.FromHexString(hex), Token);
        Assert.Equal((format, text), Said(read));
        var other = await new BodyDecoder(rules, null).DecodeAsync("bills", BodyPart.Key, new byte[] { 0xff, 0xfe, 0xfd }, Token);
        Assert.Equal("hex", other.Format);
        var wrong = await new BodyDecoder(rules, null).DecodeAsync("orders.eu", BodyPart.Key, new byte[3], Token);
        Assert.Contains("not 3", wrong.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Brokers_own_topics_are_read_by_their_schemas()
    {
        var key = Stored(1, new OffsetCommitKey { Group = "billing", Topic = "orders", Partition = 3 });
        var value = Stored(3, new OffsetCommitValue { Offset = 42, LeaderEpoch = 5, Metadata = "m", CommitTimestamp = 1_764_000_000_000 });
        var decoder = new BodyDecoder(DecodeRules.None, null);
        Assert.Equal(
            """{"type":"OffsetCommit","group":"billing","topic":"orders","partition":3}""",
            (await decoder.DecodeAsync("__consumer_offsets", BodyPart.Key, key, Token)).Text);
        foreach (var known in (ReadOnlyMemory<byte>?[])[key, null])
        {
            var read = await decoder.DecodeAsync(new RecordBody("__consumer_offsets", BodyPart.Value, value) { Key = known }, Token);
            Assert.Equal(42, read.Json!.Value.GetProperty("offset").GetInt64());
        }

        var member = await decoder.DecodeAsync(
            "__consumer_offsets", BodyPart.Key, new byte[] { 0, 5, 0, 1, (byte)'g', 0, 1, (byte)'m' }, Token);
        Assert.Equal("""{"type":"ConsumerGroupMemberMetadata","group":"g","member":"m"}""", member.Text);

        var state = Stored(1, new TransactionLogValue
        {
            ProducerId = 9,
            PreviousProducerId = 8,
            ProducerEpoch = 1,
            TransactionTimeoutMs = 60_000,
            TransactionStatus = 1,
            TransactionPartitions = [new() { Topic = "orders", PartitionIds = [0, 2] }],
            TransactionLastUpdateTimestampMs = 1_764_000_000_000,
            TransactionStartTimestampMs = -1,
        });
        var transaction = (await decoder.DecodeAsync("__transaction_state", BodyPart.Value, state, Token)).Json!.Value;
        Assert.Equal("Ongoing", transaction.GetProperty("state").GetString());
        Assert.Equal(2, transaction.GetProperty("partitions").GetArrayLength());
    }

    [Fact]
    public async Task Keys_of_a_windowed_store_show_key_and_window()
    {
        var key = new byte[3 + 12];
        "abc"u8.CopyTo(key);
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(3), 1_764_000_000_000);
        var read = await new BodyDecoder(DecodeRules.None, null).DecodeAsync("app-counts-changelog", BodyPart.Key, key, Token);
        Assert.Equal(("streams-store", """{"key":"abc","start":"2025-11-24T16:00:00.000Z","sequence":0}"""), Said(read));
    }

    [Fact]
    public async Task Protobuf_is_read_by_files_of_the_definition()
    {
        using var directory = new TempDirectory();
        Directory.CreateDirectory(Path.Combine(directory.Path, "shop"));
        await File.WriteAllTextAsync(
            Path.Combine(directory.Path, "shop", "line.proto"), "syntax = \"proto3\"; package shop; message Line { int32 amount = 1; }",
            Token);
        await File.WriteAllTextAsync(
            Path.Combine(directory.Path, "order.proto"),
            "syntax = \"proto3\"; package shop; import \"shop/line.proto\"; message Order { repeated Line lines = 1; }",
            Token);
        var set = Google.Protobuf.WellKnownTypes.Timestamp.Descriptor.File.SerializedData;
        await File.WriteAllBytesAsync(Path.Combine(directory.Path, "set.desc"), [0x0a, .. Length(set.Length), .. set.ToByteArray()], Token);
        var rules = new DecodeRules(
            [new(["orders"], null, "protobuf:shop.Order"), new(["times"], null, "protobuf:google.protobuf.Timestamp")], [directory.Path]);
        var decoder = new BodyDecoder(rules, null);
        Assert.Equal(
            ("protobuf", """{"lines":[{"amount":5},{"amount":0}]}"""),
            Said(await decoder.DecodeAsync("orders", BodyPart.Value, new byte[] { 10, 2, 8, 5, 10, 0 }, Token)));
        var time = Google.Protobuf.MessageExtensions.ToByteArray(new Timestamp { Seconds = 1_764_000_000 });
        Assert.Equal("\"2025-11-24T16:00:00Z\"", (await decoder.DecodeAsync("times", BodyPart.Value, time, Token)).Text);
        var missing = await decoder.DecodeAsync(new RecordBody("x", BodyPart.Value, new byte[1]) { Format = "protobuf:shop.Oder" }, Token);
        Assert.Contains("no message shop.Oder", missing.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_masked_is_masked_in_what_was_decoded()
    {
        const string Json = """{"card":{"number":"1"},"id":2}""";
        var body = new DecodedBody("avro", Json, System.Text.Json.JsonDocument.Parse(Json).RootElement);
        ImmutableArray<FieldMask> masks = [FieldMask.Parse("$.card.number")];
        var masked = BodyMasking.Of(body, BodyPart.Value, masks);
        Assert.Equal("""{"card":{"number":"********"},"id":2}""", masked.Text);
        Assert.Equal("********", masked.Json!.Value.GetProperty("card").GetProperty("number").GetString());
        Assert.Same(body, BodyMasking.Of(body, BodyPart.Key, masks));
        var unread = BodyMasking.Of(PlainDecoder.Hex(new byte[] { 1 }, "Byte 0: x."), BodyPart.Value, masks);
        Assert.Equal(("********", null), (unread.Text, unread.Trouble));
        Assert.Equal("********", BodyMasking.Of(body, BodyPart.Value, [FieldMask.Parse("value")]).Text);
    }

    /// <summary>Random bytes, and good ones with a bit turned or the end missing, through every format: an answer each time.</summary>
    [Fact]
    public async Task Whatever_the_bytes_are_there_is_an_answer()
    {
        var random = new Random(4);
        byte[][] seeds =
        [
            """{"a":[1,{"b":"c"}]}"""u8.ToArray(),
            MessagePackSerializer.ConvertFromJson("""{"a":[1,2,{"b":null}]}""", cancellationToken: Token),
            Gzip("hello"u8.ToArray()), Stored(3, new OffsetCommitValue { Offset = 1, Metadata = "m" }),
            Stored(1, new TransactionLogValue { ProducerId = 1, TransactionPartitions = [new() { Topic = "a", PartitionIds = [1] }] }),
            [0xa1, 0x61, 0x61, 0x82, 1, 2], [0, 0, 0, 0, 1, 2, 3],
        ];
        var decoder = new BodyDecoder(DecodeRules.None, null);
        for (var round = 0; round < 4000; round++)
        {
            var bytes = round % 2 == 0 ? Noise(random.Next(80), round) : [.. seeds[random.Next(seeds.Length)]];
            if (round % 2 == 1 && bytes.Length > 0)
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                bytes = bytes[..random.Next(bytes.Length + 1)];
            }

            foreach (var format in BodyFormats.Choices)
            {
                foreach (var part in (BodyPart[])[BodyPart.Key, BodyPart.Value])
                {
                    var read = await decoder.DecodeAsync(new RecordBody("__consumer_offsets", part, bytes) { Format = format }, Token);
                    Assert.NotNull(read.Text);
                    Assert.DoesNotContain("cannot be read:", read.Trouble ?? "", StringComparison.Ordinal);
                }
            }
        }
    }

    static (string Format, string Text) Said(DecodedBody body) => (body.Format, body.Text);

    static ValueTask<DecodedBody> ReadAsync(byte[] bytes, string? format = null) =>
        new BodyDecoder(DecodeRules.None, null).DecodeAsync(new RecordBody("orders", BodyPart.Value, bytes) { Format = format }, Token);

    static byte[] Stored(short version, IKafkaMessage message)
    {
        using var writer = new WireWriter();
        writer.WriteInt16(version);
        message.Write(writer, version);
        return writer.WrittenSpan.ToArray();
    }

    static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    static byte[] Noise(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    static byte[] Length(int length) => length < 128 ? [(byte)length] : [(byte)(length & 0x7f | 0x80), (byte)(length >> 7)];
}
