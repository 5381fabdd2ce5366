using System.IO.Compression;
using System.IO.Pipelines;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Scanning;

namespace Dashboard.Api.Streams;

/// <summary>
/// Values as they were written, a file each, called PARTITION-OFFSET; tombstones and values that may not be seen have none. The last file
/// is summary.json: what was looked at, as the last line of the other form says it; before it INCOMPLETE.txt where something is missing. A
/// zip names all its files once more at its end, and so holds no more than <see cref="MostFiles"/>: then the summary says how to go on.
/// </summary>
/// <param name="enough">Ends the scan.</param>
sealed class MessageZip(PipeWriter output, Action enough) : IMessageWriter
{
    public const int MostFiles = 100_000;

    const int MostUnflushed = 64 << 10;

    readonly ZipArchive archive = new(new PipeBuffer(output), ZipArchiveMode.Create);
    int files;

    public async ValueTask WriteAsync(FoundRecord found, CancellationToken cancellationToken)
    {
        if (found.Message.Value is not { } value)
        {
            return;
        }

        var name = $"{found.Message.Partition}-{found.Message.Offset}{Extension(found.Value?.Format)}";
        await WriteAsync(name, value.AsMemory(), cancellationToken);
        if (++files == MostFiles)
        {
            enough();
        }
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken) => await output.FlushAsync(cancellationToken);

    public async ValueTask<bool> EndAsync(ScanProgress progress, string? failure, CancellationToken cancellationToken)
    {
        if (!MessageStream.IsWhole(progress, failure))
        {
            await WriteAsync(
                "INCOMPLETE.txt",
                "Records of the range are missing here. summary.json says which offsets were looked at, and why.\n"u8.ToArray(),
                cancellationToken);
        }

        using var summary = new MemoryStream();
        await using (var lines = new MessageLines(PipeWriter.Create(summary, new StreamPipeWriterOptions(leaveOpen: true))))
        {
            await lines.EndAsync(progress, failure, cancellationToken);
        }

        await WriteAsync("summary.json", summary.ToArray(), cancellationToken);
        return true;
    }

    /// <summary>Writes the list of all files.</summary>
    public ValueTask DisposeAsync() => archive.DisposeAsync();

    async Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var entry = archive.CreateEntry(name, CompressionLevel.Fastest);
        await using (var stream = await entry.OpenAsync(cancellationToken))
        {
            await stream.WriteAsync(content, cancellationToken);
        }

        if (output.UnflushedBytes > MostUnflushed)
        {
            await output.FlushAsync(cancellationToken);
        }
    }

    static string Extension(string? format) => format switch
    {
        BodyFormats.Json => ".json",
        BodyFormats.Text => ".txt",
        _ => ".bin",
    };
}
