using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dashboard.Monitoring.Audit;

/// <summary>
/// <c>audit.jsonl</c>: one JSON line an action, appended and flushed to disk. When a write fails, the action it belongs to is not reported
/// as done: an <see cref="AuditException"/> reaches the caller, which says what it came to and names the file.
/// </summary>
public sealed class FileAuditLog(string directory) : IAuditLog, IDisposable
{
    internal const string FileName = "audit.jsonl";

    readonly string file = Path.Combine(directory, FileName);
    readonly SemaphoreSlim writing = new(1);

    public async Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(entry, AuditJson.Default.AuditEntry);
        await writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Directory.CreateDirectory(directory);
            using var stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            // a line that a crash tore must not take this one with it
            byte[] bytes = EndsWithin(stream) ? [(byte)'\n', .. line, (byte)'\n'] : [.. line, (byte)'\n'];
            stream.Seek(0, SeekOrigin.End);
            await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            // before the action is reported: what was done must not be missing after a power cut
            stream.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AuditException(entry, file, e);
        }
        finally
        {
            writing.Release();
        }
    }

    public async Task<ImmutableArray<AuditEntry>> ReadLastAsync(int limit, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            return [];
        }

        var lines = new Queue<string>();
        await foreach (var line in File.ReadLinesAsync(file, cancellationToken).ConfigureAwait(false))
        {
            lines.Enqueue(line);
            if (lines.Count > limit)
            {
                lines.Dequeue();
            }
        }

        return [.. lines.Reverse().Select(Parse).OfType<AuditEntry>()];
    }

    public void Dispose() => writing.Dispose();

    /// <summary>Whether the last line has no end.</summary>
    static bool EndsWithin(FileStream stream)
    {
        if (stream.Length == 0)
        {
            return false;
        }

        stream.Seek(-1, SeekOrigin.End);
        return stream.ReadByte() != '\n';
    }

    /// <summary>A line that was torn by a crash is passed over.</summary>
    static AuditEntry? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, AuditJson.Default.AuditEntry);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(SentUpTo))]
sealed partial class AuditJson : JsonSerializerContext;
