using System.IO.Compression;
using System.Text;
using Dashboard.Api.Streams;
using Dashboard.Messages.Columns;
using Dashboard.Messages.Filters;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring.Model;
using Dashboard.Tests.Fakes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Dashboard.Tests.Api.Streams;

/// <summary>A file that is not whole is never taken for one that is.</summary>
public sealed class MessageStreamTests
{
    static readonly PartitionProgress read = new(0, new(0, 2), new(0, 2), true, 2);

    static readonly PartitionProgress silent = new(1, OffsetRange.Unknown, default, false, 0)
    {
        Error = new SectionError(
            SectionErrorKind.TimedOut, "broker 2", null, "no answer", DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(10)),
    };

    readonly Connection connection = new();
    bool fails;

    sealed class Connection : IHttpRequestLifetimeFeature
    {
        public bool WasAborted { get; set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => WasAborted = true;
    }

    [Fact]
    public async Task A_csv_of_a_range_that_was_not_read_whole_breaks_off_and_one_that_was_does_not()
    {
        Assert.StartsWith("offset,value\r\n7,seven\r\n", Encoding.UTF8.GetString(await CsvAsync(read)), StringComparison.Ordinal);
        Assert.False(connection.WasAborted);
        Assert.StartsWith("offset,value\r\n7,seven\r\n", Encoding.UTF8.GetString(await CsvAsync(read, silent)), StringComparison.Ordinal);
        Assert.True(connection.WasAborted);
        connection.WasAborted = false;
        await CsvAsync(read with { Unreadable = [new(3, 4, "its checksum is wrong")] });
        Assert.True(connection.WasAborted);
    }

    [Fact]
    public async Task A_zip_and_lines_say_it_themselves()
    {
        var bytes = await WriteAsync(c => new MessageZip(c.Response.BodyWriter, TimeProvider.System), read, silent);
        using var zip = new ZipArchive(new MemoryStream(bytes));
        Assert.Equal(["0-7.txt", "INCOMPLETE.txt", "summary.json"], zip.Entries.Select(e => e.FullName));
        var lines = Encoding.UTF8.GetString(await WriteAsync(c => new MessageLines(c.Response.BodyWriter), read, silent));
        Assert.Contains("\"complete\":false", lines.Split('\n')[^2], StringComparison.Ordinal);
        Assert.Contains("\"error\":\"no answer\"", lines.Split('\n')[^2], StringComparison.Ordinal);
        Assert.False(connection.WasAborted);
    }

    [Fact]
    public async Task A_zip_whose_search_failed_is_no_zip_and_has_what_was_found()
    {
        fails = true;
        var bytes = await WriteAsync(c => new MessageZip(c.Response.BodyWriter, TimeProvider.System), read);
        Assert.True(connection.WasAborted);
        Assert.Throws<InvalidDataException>(() => new ZipArchive(new MemoryStream(bytes)));
        var text = Encoding.ASCII.GetString(bytes);
        Assert.All(["0-7.txt", "seven", "INCOMPLETE.txt", "summary.json"], part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("-cmd", "'-cmd")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("＝1", "'＝1")]
    [InlineData("-5.25", "-5.25")]
    [InlineData("+5", "+5")]
    [InlineData("a=1", "a=1")]
    [InlineData("", "")]
    [InlineData(null, null)]
    public void A_text_is_no_formula_and_a_number_stays_one(string? text, string? written) =>
        Assert.Equal(written, MessageCsv.Defused(text));

    Task<byte[]> CsvAsync(params PartitionProgress[] partitions) =>
        WriteAsync(c => new MessageCsv(c.Response.Body, RecordColumn.Parse("offset,value")), partitions);

    async Task<byte[]> WriteAsync(Func<HttpContext, IMessageWriter> open, params PartitionProgress[] partitions)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpRequestLifetimeFeature>(connection);
        context.Response.Body = body;
        var steps = Steps(partitions).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await steps.MoveNextAsync());
        await new MessageStream(steps, "text/plain", "file", open).ExecuteAsync(context);
        return body.ToArray();
    }

    async IAsyncEnumerable<ScanStep> Steps(PartitionProgress[] partitions)
    {
        yield return new ScanStep([FakeScanner.Record(0, 7, "seven")], FakeScanner.Progress(false, partitions));
        await Task.Yield();
        if (fails)
        {
            throw new FilterException("The filter takes too long.", 0);
        }

        yield return new ScanStep([], FakeScanner.Progress(true, partitions));
    }
}
