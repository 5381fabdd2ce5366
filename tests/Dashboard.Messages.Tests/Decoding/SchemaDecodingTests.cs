using System.Collections.Immutable;
using System.Diagnostics;
using Avro;
using Avro.Generic;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Tests.Registry;
using Dashboard.Monitoring;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using OwnRegistry = Dashboard.Messages.Registry.SchemaRegistry;
using SchemaReference = Dashboard.Messages.Decoding.SchemaReference;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace Dashboard.Messages.Tests.Decoding;

/// <summary>Bodies that encoders nobody here wrote have made, read by the schemas of a registry that is asked over HTTP.</summary>
public sealed class SchemaDecodingTests : IAsyncLifetime
{
    const string Order = """
        {"type":"record","name":"Order","namespace":"shop","fields":[
          {"name":"id","type":"long"},
          {"name":"customer","type":["null","string"],"default":null},
          {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},
          {"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},
          {"name":"day","type":{"type":"int","logicalType":"date"}},
          {"name":"state","type":{"type":"enum","name":"State","symbols":["NEW","PAID"]}},
          {"name":"tags","type":{"type":"array","items":"string"}},
          {"name":"counts","type":{"type":"map","values":"int"}},
          {"name":"ratio","type":"double"}]}
        """;

    TestRegistry registry = null!;
    OwnRegistry schemas = null!;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        registry = await TestRegistry.StartAsync();
        schemas = Of(("url", registry.Url));
    }

    public async ValueTask DisposeAsync()
    {
        schemas.Dispose();
        await registry.DisposeAsync();
    }

    [Fact]
    public async Task Avro_of_Confluents_serializer_is_json_with_its_subject_and_version()
    {
        var schema = (RecordSchema)Avro.Schema.Parse(Order);
        var record = new GenericRecord(schema);
        record.Add("id", 4711L);
        record.Add("customer", "Zoë");
        record.Add("price", new AvroDecimal(12.50m));
        record.Add("at", new DateTime(2026, 11, 29, 16, 30, 0, 250, DateTimeKind.Utc));
        record.Add("day", new DateTime(2026, 11, 29, 0, 0, 0, DateTimeKind.Utc));
        record.Add("state", new GenericEnum((EnumSchema)schema["state"].Schema, "PAID"));
        record.Add("tags", new[] { "a", "b" });
        record.Add("counts", new Dictionary<string, object> { ["x"] = 1 });
        record.Add("ratio", 0.5);
        using var client = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = registry.Url });
        var bytes = await new AvroSerializer<GenericRecord>(client)
            .SerializeAsync(record, new SerializationContext(MessageComponentType.Value, "orders"));

        var read = await ReadAsync(bytes);
        Assert.Null(read.Trouble);
        Assert.Equal(
            """{"id":4711,"customer":"Zoë","price":12.50,"at":"2026-11-29T16:30:00.25Z","day":"2026-11-29","state":"PAID","""
            + """ "tags":["a","b"],"counts":{"x":1},"ratio":0.5}""".TrimStart(),
            read.Text);
        Assert.Equal(("avro", new SchemaReference(1, "AVRO", "orders-value", 1)), (read.Format, read.Schema));
        Assert.Equal(4711, read.Json!.Value.GetProperty("id").GetInt64());
    }

    [Fact]
    public async Task Json_of_Confluents_serializer_and_a_schema_that_another_one_refers_to()
    {
        using var client = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = registry.Url });
        var bytes = await new JsonSerializer<Customer>(client)
            .SerializeAsync(new Customer { Name = "Ada", Age = 36 }, new SerializationContext(MessageComponentType.Value, "orders"));
        var read = await ReadAsync(bytes);
        Assert.Equal(("jsonschema", "JSON", null), (read.Format, read.Schema?.Type, read.Trouble));
        Assert.Equal("Ada", read.Json!.Value.GetProperty("Name").GetString());

        registry.Add(
            "address", "AVRO", """{"type":"record","name":"Address","namespace":"shop","fields":[{"name":"city","type":"string"}]}""");
        var id = registry.Add(
            "people-value", "AVRO",
            """{"type":"record","name":"Person","namespace":"shop","fields":[{"name":"home","type":"Address"}]}""",
            ("shop.Address", "address", 1));
        Assert.Equal("""{"home":{"city":"Rom"}}""", (await ReadAsync([0, 0, 0, 0, (byte)id, 6, .. "Rom"u8])).Text);
    }

    [Fact]
    public async Task Protobuf_by_message_index_with_imports_and_well_known_types()
    {
        registry.Add("common", "PROTOBUF", """syntax = "proto3"; package common; message Money { int64 cents = 1; }""");
        var id = registry.Add(
            "orders-value", "PROTOBUF",
            """
            syntax = "proto3";
            package shop;
            import "common.proto";
            import "google/protobuf/timestamp.proto";
            import "google/protobuf/struct.proto";
            message Other {}
            message Order {
              message Line { sint32 amount = 1; }
              string id = 1;
              common.Money price = 2;
              google.protobuf.Timestamp at = 3;
              repeated int32 packed = 4;
              map<string, Line> lines = 5;
              State state = 6;
              google.protobuf.Struct more = 7;
              bool paid = 8;
              optional int32 rest = 9;
            }
            enum State { NEW = 0; SENT = 1; }
            """,
            ("common.proto", "common", 1));
        using var body = new MemoryStream();
        var output = new CodedOutputStream(body, leaveOpen: true);
        Field(1, Bytes("o-1"u8));
        Field(2, [8, 0xfa, 1]);
        Field(3, new Timestamp { Seconds = 1_764_000_000, Nanos = 5_000_000 }.ToByteArray());
        Field(4, [1, 2, 0x80, 1]);
        Field(5, [0x0a, 1, (byte)'x', 0x12, 2, 8, 3]);
        output.WriteTag(6, WireFormat.WireType.Varint);
        output.WriteEnum(1);
        var list = Value.ForList(Value.ForBool(true), Value.ForNull());
        Field(7, new Struct { Fields = { ["n"] = Value.ForNumber(1.5), ["l"] = list } }.ToByteArray());
        Field(99, [0xca, 0xfe]);
        output.Flush();

        var read = await ReadAsync([0, 0, 0, 0, (byte)id, 2, 2, .. body.ToArray()]);
        Assert.Null(read.Trouble);
        Assert.Equal(
            """{"id":"o-1","price":{"cents":250},"at":"2025-11-24T16:00:00.005Z","packed":[1,2,128],"lines":{"x":{"amount":-2}},"""
            + """ "state":"SENT","more":{"n":1.5,"l":[true,null]},"paid":false,"#99":["cafe"]}""".TrimStart(),
            read.Text);
        Assert.Equal(new SchemaReference(id, "PROTOBUF", "orders-value", 1) { Message = "shop.Order" }, read.Schema);
        Assert.Equal("""{"amount":-2}""", (await ReadAsync([0, 0, 0, 0, (byte)id, 4, 2, 0, 8, 3])).Text);
        Assert.Contains("no message [7]", (await ReadAsync([0, 0, 0, 0, (byte)id, 2, 14])).Trouble, StringComparison.Ordinal);

        void Field(int number, ReadOnlySpan<byte> bytes)
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(bytes));
        }

        static byte[] Bytes(ReadOnlySpan<byte> bytes) => bytes.ToArray();
    }

    [Fact]
    public async Task The_id_may_stand_in_a_header_as_a_number_or_a_guid()
    {
        var id = registry.Add("orders-value", "AVRO", "\"string\"");
        byte[] number = [0, 0, 0, 0, (byte)id];
        byte[] guid = [1, .. registry.GuidOf(id).ToByteArray(bigEndian: true)];
        foreach (var header in (byte[][])[number, guid])
        {
            var read = await Decoder().DecodeAsync(
                new RecordBody("orders", BodyPart.Value, new byte[] { 4, (byte)'h', (byte)'i' })
                {
                    Headers = [new MessageHeaderView("__value_schema_id", [.. header])],
                },
                Token);
            Assert.Equal(("\"hi\"", id, "orders-value"), (read.Text, read.Schema?.Id, read.Schema?.Subject));
        }
    }

    [Fact]
    public async Task What_does_not_fit_is_hexadecimal_and_says_at_which_byte()
    {
        var id = registry.Add(
            "orders-value", "AVRO",
            """{"type":"record","name":"R","fields":[{"name":"a","type":"string"},{"name":"b","type":"boolean"}]}""");
        var read = await ReadAsync([0, 0, 0, 0, (byte)id, 2, (byte)'x', 9]);
        Assert.Equal(("hex", "00000000010278" + "09", "Byte 7: 9 is no boolean."), (read.Format, read.Text, read.Trouble));
        Assert.Equal("Byte 6: 40 bytes are announced where 1 are left.", (await ReadAsync([0, 0, 0, 0, (byte)id, 80, 1])).Trouble);
        Assert.Contains("has no schema 77", (await ReadAsync([0, 0, 0, 0, 77, 1])).Trouble, StringComparison.Ordinal);

        // a few bytes that would be an endless list
        var bomb = registry.Add("bomb-value", "AVRO", """{"type":"array","items":"null"}""");
        var endless = await ReadAsync([0, 0, 0, 0, (byte)bomb, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x0f]);
        Assert.Contains("MiB", endless.Trouble, StringComparison.Ordinal);
        var deep = registry.Add("deep-value", "AVRO", """{"type":"record","name":"D","fields":[{"name":"d","type":["null","D"]}]}""");
        var nested = await ReadAsync([0, 0, 0, 0, (byte)deep, .. Enumerable.Repeat((byte)2, 5000)]);
        Assert.Contains("within each other", nested.Trouble, StringComparison.Ordinal);
        var broken = registry.Add("broken-value", "AVRO", """{"type":"nonsense"}""");
        var unread = await ReadAsync([0, 0, 0, 0, (byte)broken, 1]);
        Assert.Contains($"Schema {broken} cannot be read", unread.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_or_a_token_signs_in_and_a_wrong_one_is_told()
    {
        var id = registry.Add("orders-value", "AVRO", "\"long\"");
        byte[] body = [0, 0, 0, 0, (byte)id, 2];
        registry.Wanted = "Basic " + Convert.ToBase64String("anna:secret"u8);
        Assert.Contains("(401)", (await ReadAsync(body)).Trouble, StringComparison.Ordinal);
        using var known = Of(("schema.registry.url", registry.Url), ("schema.registry.basic.auth.user.info", "anna:secret"));
        Assert.Equal("1", (await Decoder(known).DecodeAsync("orders", BodyPart.Value, body, Token)).Text);
        registry.Wanted = "Bearer abc";
        using var bearer = Of(("url", registry.Url), ("bearer.auth.token", "abc"));
        Assert.Equal("1", (await Decoder(bearer).DecodeAsync("orders", BodyPart.Value, body, Token)).Text);
    }

    [Fact]
    public async Task A_registry_that_is_silent_is_waited_for_once_and_then_left_alone()
    {
        var id = registry.Add("orders-value", "AVRO", "\"long\"");
        registry.IsSilent = true;
        using var impatient = Of(("url", registry.Url), ("schema.registry.request.timeout.ms", "300"));
        var decoder = Decoder(impatient);
        var began = Stopwatch.GetTimestamp();
        for (var other = id; other < id + 500; other++)
        {
            byte[] bytes = [0, 0, 0, (byte)(other >> 8), (byte)other, 2];
            var read = await decoder.DecodeAsync("orders", BodyPart.Value, bytes, Token);
            Assert.Equal("hex", read.Format);
            Assert.Contains("does not answer", read.Trouble, StringComparison.Ordinal);
        }

        // by one deadline, not by one for each of the 500
        Assert.True(registry.Asked < 5, $"{registry.Asked} requests");
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(20));
    }

    static OwnRegistry Of(params (string Name, string Value)[] properties) =>
        new(RegistrySettings.Of(properties.ToDictionary(p => p.Name, p => p.Value))!, TimeProvider.System);

    BodyDecoder Decoder(OwnRegistry? other = null) => new(DecodeRules.None, other ?? schemas);

    async Task<DecodedBody> ReadAsync(byte[] bytes) => await Decoder().DecodeAsync("orders", BodyPart.Value, bytes, Token);

    sealed class Customer
    {
        public string Name { get; set; } = "";

        public int Age { get; set; }
    }
}
