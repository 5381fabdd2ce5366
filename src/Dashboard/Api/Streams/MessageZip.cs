using System.IO.Pipelines;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;

namespace Dashboard.Api.Streams;

/// <summary>
/// Values as they were written, a file each, called PARTITION-OFFSET, with the record's time (UTC); tombstones and values that may not be
/// seen have none. The last file is summary.json: what was looked at, as the last line of the other form says it; before it INCOMPLETE.txt
/// where something is missing. Where the search failed the zip is left without its list of files, so that no program takes it for whole.
/// </summary>
sealed class MessageZip(PipeWriter output, TimeProvider time) : IMessageWriter
{
    readonly ZipWriter zip = new(output);

    public async ValueTask WriteAsync(FoundRecord found, CancellationToken cancellationToken)
    {
        if (found.Message is { Value: { } value } message)
        {
            var name = $"{message.Partition}-{message.Offset}{Extension(found.Value?.Format)}";
            await zip.AddAsync(name, value.AsMemory(), UnixTime.At(message.Timestamp)?.UtcDateTime ?? default, cancellationToken);
        }
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken) => await output.FlushAsync(cancellationToken);

    public async ValueTask<bool> EndAsync(ScanProgress progress, string? failure, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (!MessageStream.IsWhole(progress, failure))
        {
            await zip.AddAsync(
                "INCOMPLETE.txt",
                "Records of the range are missing here. summary.json says which offsets were looked at, and why.\n"u8.ToArray(), now,
                cancellationToken);
        }

        using var summary = new MemoryStream();
        await using (var lines = new MessageLines(PipeWriter.Create(summary, new StreamPipeWriterOptions(leaveOpen: true))))
        {
            await lines.EndAsync(progress, failure, cancellationToken);
        }

        await zip.AddAsync("summary.json", summary.ToArray(), now, cancellationToken);
        if (failure is not null)
        {
            return false;
        }

        await zip.EndAsync(cancellationToken);
        return true;
    }

    public ValueTask DisposeAsync() => zip.DisposeAsync();

    static string Extension(string? format) => format switch
    {
        BodyFormats.Json => ".json",
        BodyFormats.Text => ".txt",
        _ => ".bin",
    };
}
