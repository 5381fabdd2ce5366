using System.Text;
using Dashboard.Messages.Importing;

namespace Dashboard.Messages.Tests.Importing;

/// <summary>Rows of files become records, or say what is wrong and in which line.</summary>
public sealed class ImportRowsTests
{
    const string Headers =
        """
        "valueFormat":"json","headers":[{"name":"h","value":"x"},{"name":"n","value":null},{"name":"b","value":{"base64":"AP8="}}]
        """;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_as_they_are_exported_are_records_again()
    {
        var rows = await LinesAsync(new(ImportKindOfFile.Records) { KeepsPartitions = true }, """
            {"partition":1,"offset":7,"timestamp":1700000000000,"key":"k","keyFormat":"utf8","value":"{\"a\":1}",HEADERS}
            {"partition":0,"offset":8,"timestamp":-1,"key":null,"keyFormat":null,"value":{"base64":"AAEC"},"valueFormat":"hex","headers":[]}

            {"value":null,"key":5}
            {"summary":{"scanned":2}}
            """.Replace("HEADERS", Headers, StringComparison.Ordinal));
        Assert.All(rows, row => Assert.Null(row.Fault));
        Assert.Equal([1L, 2, 4], rows.Select(r => r.Line));
        var (first, second, third) = (rows[0].Record!, rows[1].Record!, rows[2].Record!);
        Assert.Equal((1, 1700000000000, "k"), (first.Partition, rows[0].Timestamp, first.Key.Json.GetString()));
        Assert.Equal(("utf8", "json"), (first.Key.Format, first.Value.Format));
        Assert.Equal(["h", "n", "b"], first.Headers.Select(h => h.Name));
        Assert.Equal(["x"u8.ToArray(), null, [0, 0xff]], first.Headers.Select(h => h.Value?.ToArray()));
        Assert.Equal(("base64", (long?)null), (second.Value.Format, rows[1].Timestamp));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, third.Value.Json.ValueKind);
    }

    [Theory]
    [InlineData("nonsense", "no JSON")]
    [InlineData("{\"value\":\"\\ud800\"}", "half of a character")]
    [InlineData("{\"value\":1,\"timestamp\":\"1.5\"}", "\"1.5\" is neither ms")]
    [InlineData("[1]", "an object with value")]
    [InlineData("{\"key\":\"k\"}", "an object with value")]
    [InlineData("{\"value\":1,\"partition\":9}", "there is no 9; the topic has 3")]
    [InlineData("{\"value\":1,\"timestamp\":\"soon\"}", "\"soon\" is neither ms")]
    [InlineData("{\"value\":\"x\",\"valueFormat\":\"cbor\"}", "cbor is read and not written")]
    [InlineData("{\"value\":1,\"headers\":[{\"value\":\"x\"}]}", "each has a name")]
    [InlineData("{\"value\":1,\"headers\":[{\"name\":\"n\",\"value\":5}]}", "headers: n: a string")]
    public async Task A_line_that_is_no_record_says_why(string line, string why)
    {
        var rows = await LinesAsync(new(ImportKindOfFile.Records) { KeepsPartitions = true }, $"{{\"value\":1}}\n{line}\n{{\"value\":2}}");
        Assert.Equal(3, rows.Count);
        Assert.Equal(2, rows[1].Line);
        Assert.Contains(why, rows[1].Fault, StringComparison.Ordinal);
        Assert.Null(rows[2].Fault);
    }

    [Fact]
    public async Task Each_line_may_be_a_value()
    {
        var rows = await LinesAsync(new(ImportKindOfFile.Values), "\uFEFF{\"a\":1}\r\n[2]\n");
        Assert.Equal(["{\"a\":1}", "[2]"], rows.Select(r => r.Record!.Value.Json.GetRawText()));
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_told_and_the_next_one_is_read()
    {
        var rows = await LinesAsync(new(ImportKindOfFile.Values), $"1\n\"{new string('x', FileLines.MostBytes + 10)}\"\n3");
        Assert.Equal([null, "It is longer than 16 MiB.", null], rows.Select(r => r.Fault));
        Assert.Equal(3, rows[2].Line);
    }

    [Fact]
    public async Task Columns_serve_what_their_names_say_and_the_others_are_the_value()
    {
        var rows = await CsvAsync(
            new(ImportKindOfFile.Csv),
            "key;id;zip;vip;header.source;timestamp\no-1;17;007;true;shop;2026-11-21T14:03:00Z\n;1.5;\"a\n\"\"b\"\"\";;;\n");
        Assert.Equal(["""{"id":17,"zip":"007","vip":true}""", """{"id":1.5,"zip":"a\n\u0022b\u0022","vip":""}"""],
            rows.Select(r => r.Record!.Value.Json.GetRawText()));
        Assert.Equal(("o-1", 2L, 1795269780000), (rows[0].Record!.Key.Json.GetString(), rows[0].Line, rows[0].Timestamp));
        var header = rows[0].Record!.Headers[0];
        Assert.Equal(("source", "shop"), (header.Name, Encoding.UTF8.GetString(header.Value!.Value.AsSpan())));
        Assert.Equal((System.Text.Json.JsonValueKind.Null, (long?)null), (rows[1].Record!.Key.Json.ValueKind, rows[1].Timestamp));
    }

    [Fact]
    public async Task Columns_may_be_chosen()
    {
        var mapping = new ImportMapping(ImportKindOfFile.Csv)
        {
            Key = "id",
            Value = "text",
            Partition = "p",
            Null = "NULL",
            Headers = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("from", "who"),
        };
        var rows = await CsvAsync(mapping, "id,text,p,who\n1,hello,2,anna\n2,NULL,0,bert\n3,x,7,c\n4,x\n");
        var first = rows[0].Record!;
        Assert.Equal(("1", "hello", 2), (first.Key.Json.GetString(), first.Value.Json.GetString(), first.Partition));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, rows[1].Record!.Value.Json.ValueKind);
        Assert.Equal("from", rows[1].Record!.Headers[0].Name);
        Assert.Equal(
            [(4L, "partition: there is no 7; the topic has 3, from 0 on."), (5L, "It has more or fewer fields than there are columns.")],
            rows.Skip(2).Select(r => (r.Line, r.Fault!)));
        var chosen = new ImportMapping(ImportKindOfFile.Csv) { ValueColumns = ["who", "id"], Types = false };
        var objects = await CsvAsync(chosen, "id,text,p,who\n1,hello,2,anna\n");
        Assert.Equal("""{"who":"anna","id":"1"}""", objects[0].Record!.Value.Json.GetRawText());
        var missing = await Assert.ThrowsAsync<FileFaultException>(
            () => CsvAsync(new(ImportKindOfFile.Csv) { Key = "nope" }, "a,b\n1,2\n"));
        Assert.Equal("key: the file has no column nope; it has a, b.", missing.Message);
    }

    [Fact]
    public async Task Quotes_that_are_wrong_cost_their_row_alone()
    {
        var rows = await CsvAsync(new(ImportKindOfFile.Csv), "a,b\n1,\"x\"y\n2,3\n4,\"5\n6,7\n");
        Assert.Equal([(2L, "Text follows a closing quote."), (3L, null), (4L, "A quote is not closed up to the end of the file.")],
            rows.Select(r => (r.Line, r.Fault)));
    }

    static async Task<List<ImportRow>> LinesAsync(ImportMapping mapping, string text) =>
        await new LineRows(mapping, "t", 3).ReadAsync(Of(text), Token).ToListAsync(Token);

    static async Task<List<ImportRow>> CsvAsync(ImportMapping mapping, string text) =>
        await new CsvRows(mapping, "t", 3).ReadAsync(Of(text), Token).ToListAsync(Token);

    static MemoryStream Of(string text) => new(Encoding.UTF8.GetBytes(text));
}
