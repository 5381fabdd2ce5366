using System.Text;
using System.Text.Json;
using Avro.Generic;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Tests.Registry;
using Dashboard.Monitoring;
using OwnRegistry = Dashboard.Messages.Registry.SchemaRegistry;

namespace Dashboard.Messages.Tests.Producing;

/// <summary>JSON that is written by a schema: what was written reads as it was given, and what does not fit is told at its field.</summary>
public sealed class SchemaWritingTests : IAsyncLifetime
{
    const string Avro = """
        {"type":"record","name":"Order","fields":[
          {"name":"id","type":"long"},
          {"name":"note","type":["null","string"],"default":null},
          {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},
          {"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},
          {"name":"lines","type":{"type":"array","items":{"type":"record","name":"Line","fields":[
            {"name":"sku","type":"string"},{"name":"n","type":"int","default":1}]}}}]}
        """;

    const string Proto = """
        syntax = "proto3";
        import "google/protobuf/timestamp.proto";
        message Order {
          message Line { sint32 n = 1; double d = 2; }
          int64 id = 1; google.protobuf.Timestamp at = 2; repeated Line lines = 3; map<string, int32> counts = 4;
          bytes raw = 5; State state = 6;
        }
        enum State { NEW = 0; SENT = 1; }
        """;

    TestRegistry registry = null!;
    OwnRegistry schemas = null!;

    public async ValueTask InitializeAsync()
    {
        registry = await TestRegistry.StartAsync();
        schemas = new(RegistrySettings.Of(new Dictionary<string, string> { ["url"] = registry.Url })!, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        schemas.Dispose();
        await registry.DisposeAsync();
    }

    [Theory]
    [InlineData("AVRO", Avro, """{"id":1,"note":"x","price":-12.50,"at":"2025-11-24T16:00:00.25Z","lines":[{"sku":"a","n":2}]}""")]
    [InlineData(
        "PROTOBUF", Proto,
        """{"id":-1,"at":"2025-11-24T16:00:00.005Z","lines":[{"n":-7,"d":1.5}],"counts":{"a":3},"raw":"AQI=","state":"SENT"}""")]
    [InlineData("JSON", """{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}""", """{"n":3}""")]
    public async Task What_is_written_reads_as_it_was_given(string type, string schema, string json)
    {
        registry.Add("orders-value", type, schema);
        Assert.Equal(json, await RoundAsync(json));
    }

    [Theory]
    [InlineData(null, "Order", """{"id":3}""", new byte[] { 0 })]
    [InlineData("Order", "Order", """{"id":3}""", new byte[] { 0 })]
    [InlineData("Order.Line", "Order.Line", """{"n":-7,"d":1.5}""", new byte[] { 4, 0, 0 })]
    [InlineData("Refund", "Refund", """{"why":"x"}""", new byte[] { 2, 2 })]
    [InlineData("Refund.Note.Line", "Refund.Note.Line", """{"text":"y"}""", new byte[] { 6, 2, 0, 2 })]
    [InlineData("shop.Refund.Note", "Refund.Note", """{"line":{"text":"y"}}""", new byte[] { 4, 2, 0 })]
    public async Task Any_message_of_a_protobuf_schema_is_written_and_read_as_that(string? named, string name, string json, byte[] path)
    {
        registry.Add("orders-value", "PROTOBUF", Proto.Replace("message Order {", """
            package shop;
            message Order {
            """, StringComparison.Ordinal) + """
            message Refund { message Note { message Page { } message Line { string text = 1; } Line line = 1; } string why = 1; }
            """);
        var schema = await schemas.BySubjectAsync("orders-value", null);
        schema = named is null ? schema : schema.Named(named);
        Assert.Equal($"shop.{name}", schema.Message);
        using var output = new MemoryStream();
        schema.Write(JsonDocument.Parse(json).RootElement, output);
        Assert.Equal(path, output.ToArray()[..path.Length]);
        var first = await schemas.BySubjectAsync("orders-value", null);
        var cursor = new ByteCursor(output.ToArray());
        var within = first.Within(ref cursor);
        Assert.Equal($"shop.{name}", within.Message);
        var read = JsonDocument.Parse(within.ToJson(output.ToArray().AsMemory(cursor.Position), 0)).RootElement;
        Assert.All(JsonDocument.Parse(json).RootElement.EnumerateObject(), one =>
            Assert.Equal(one.Value.GetRawText(), read.GetProperty(one.Name).GetRawText()));
    }

    [Fact]
    public async Task A_message_that_the_schema_does_not_have_is_told_with_those_it_has()
    {
        registry.Add("orders-value", "PROTOBUF", Proto);
        var schema = await schemas.BySubjectAsync("orders-value", null);
        var fault = Assert.Throws<BodyMismatchException>(() => schema.Named("Oder"));
        Assert.Contains("Order, Order.Line", fault.Message, StringComparison.Ordinal);
        registry.Add("lines-value", "AVRO", Avro);
        Assert.Throws<BodyMismatchException>(() => schemas.BySubjectAsync("lines-value", null).Result.Named("Order"));
    }

    [Fact]
    public async Task Confluents_reader_takes_what_was_written()
    {
        registry.Add("orders-value", "AVRO", Avro);
        var bytes = await WriteAsync("""{"id":7,"price":"1.5","at":1764000000250,"lines":[{"sku":"a"}]}""");
        using var client = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = registry.Url });
        byte[] body = [0, 0, 0, 0, 1, .. bytes];
        var read = await new AvroDeserializer<GenericRecord>(client)
            .DeserializeAsync(body, false, new SerializationContext(MessageComponentType.Value, "orders"));
        Assert.Equal(7L, read["id"]);
        Assert.Null(read["note"]);
        Assert.Equal("1.50", read["price"].ToString());
        Assert.Equal(1, ((GenericRecord)((object[])read["lines"])[0])["n"]);
    }

    [Theory]
    [InlineData("AVRO", Avro, """{"id":"x","price":1,"at":0,"lines":[]}""", "$.id")]
    [InlineData("AVRO", Avro, """{"id":1,"price":1.234,"at":0,"lines":[]}""", "$.price")]
    [InlineData("AVRO", Avro, """{"id":1,"price":1,"at":0,"lines":[{"sku":"a"},{"sku":5}]}""", "$.lines[1].sku")]
    [InlineData("AVRO", Avro, """{"id":1,"price":1,"at":0,"lines":[],"more":1}""", "$.more")]
    [InlineData("AVRO", Avro, """{"id":1,"price":1,"at":0}""", "$.lines")]
    [InlineData("AVRO", Avro, """{"id":1,"note":5,"price":1,"at":0,"lines":[]}""", "$.note")]
    [InlineData("PROTOBUF", Proto, """{"lines":[{"n":99999999999}]}""", "$.lines[0].n")]
    [InlineData("PROTOBUF", Proto, """{"stat":"NEW"}""", "$.stat")]
    [InlineData("PROTOBUF", Proto, """{"state":"OLD"}""", "$.state")]
    [InlineData("JSON", """{"type":"object","properties":{"n":{"type":"integer"}}}""", """{"n":"x"}""", "$.n")]
    public async Task What_does_not_fit_is_told_at_its_field(string type, string schema, string json, string path)
    {
        registry.Add("orders-value", type, schema);
        var wrong = await Assert.ThrowsAsync<BodyMismatchException>(() => WriteAsync(json));
        Assert.Equal(path, wrong.Path);
    }

    [Fact]
    public async Task A_default_that_holds_itself_and_unions_in_unions_come_to_an_end()
    {
        registry.Add("orders-value", "AVRO", """{"type":"record","name":"R","fields":[{"name":"r","type":"R","default":{}}]}""");
        await Assert.ThrowsAsync<BodyMismatchException>(() => WriteAsync("{}"));
    }

    [Fact]
    public async Task A_json_schema_that_refers_to_another_is_checked()
    {
        registry.Add("money-value", "JSON", """{"type":"object","properties":{"amount":{"type":"number"}},"required":["amount"]}""");
        registry.Add(
            "orders-value", "JSON",
            """{"type":"object","properties":{"price":{"$ref":"money.json"},"cost":{"$ref":"money.json#/properties/amount"}}}""",
            ("money.json", "money-value", 1));
        Assert.Equal("""{"price":{"amount":1.5},"cost":2}""", await RoundAsync("""{"price":{"amount":1.5},"cost":2}"""));
        var fault = await Assert.ThrowsAsync<BodyMismatchException>(() => RoundAsync("""{"price":{}}"""));
        Assert.Contains("amount", fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<BodyMismatchException>(() => RoundAsync("""{"cost":"x"}"""));
    }

    async Task<string> RoundAsync(string json)
    {
        var schema = await schemas.BySubjectAsync("orders-value", null);
        var bytes = await WriteAsync(json);
        var cursor = new ByteCursor(bytes);
        var within = schema.Within(ref cursor);
        return Encoding.UTF8.GetString(within.ToJson(bytes.AsMemory(cursor.Position), 0).Span);
    }

    async Task<byte[]> WriteAsync(string json)
    {
        var schema = await schemas.BySubjectAsync("orders-value", null);
        using var output = new MemoryStream();
        using var document = JsonDocument.Parse(json);
        schema.Write(document.RootElement, output);
        return output.ToArray();
    }
}
