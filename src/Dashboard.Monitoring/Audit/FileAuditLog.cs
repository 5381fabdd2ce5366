using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dashboard.Monitoring.Audit;

/// <summary>
/// <c>audit.jsonl</c>: one JSON line an action, appended and flushed to disk. When a write fails, the action it belongs to is not reported
/// as done: an <see cref="AuditException"/> reaches the caller, which says what it came to and names the file. Past its limits the oldest
/// entries are removed, a file at a time, but for what <paramref name="stillNeeded"/>; where files can be neither renamed nor removed it
/// grows on, since an entry is worth more than a limit.
/// </summary>
/// <param name="stillNeeded">From the end of the log the position from which on entries are still to be read; null: none are.</param>
public sealed class FileAuditLog(string directory, AuditLimits? limits = null, Func<long, long>? stillNeeded = null)
    : IAuditLog, IDisposable
{
    readonly AuditSegments segments = new(directory);
    readonly SemaphoreSlim writing = new(1);

    public AuditLimits Limits { get; } = limits ?? AuditLimits.Usual;

    public async Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(entry, AuditJson.Default.AuditEntry);
        await writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Directory.CreateDirectory(directory);
            MakeRoom(line.Length + 1);
            using var stream = new FileStream(segments.Current, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            // a line that a crash tore must not take this one with it
            byte[] bytes = EndsWithin(stream) ? [(byte)'\n', .. line, (byte)'\n'] : [.. line, (byte)'\n'];
            stream.Seek(0, SeekOrigin.End);
            await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            // before the action is reported: what was done must not be missing after a power cut
            stream.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AuditException(entry, segments.Current, e);
        }
        finally
        {
            writing.Release();
        }
    }

    public async Task<ImmutableArray<AuditEntry>> ReadLastAsync(int limit, CancellationToken cancellationToken)
    {
        var files = await OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var found = new List<AuditEntry>();
            // from the newest on, until there are enough
            foreach (var file in files)
            {
                if (found.Count == limit)
                {
                    break;
                }

                var lines = await LastAsync(file, limit - found.Count, cancellationToken).ConfigureAwait(false);
                found.AddRange(lines.Reverse().Select(Parse).OfType<AuditEntry>());
            }

            return [.. found];
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    /// <summary>Newest first; none is followed by another meanwhile, or removed.</summary>
    async Task<List<FileStream>> OpenAsync(CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return [.. segments.List().Where(one => one.Length > 0).Reverse().Select(segments.Open)];
        }
        finally
        {
            writing.Release();
        }
    }

    static async Task<Queue<string>> LastAsync(FileStream file, int limit, CancellationToken cancellationToken)
    {
        var lines = new Queue<string>();
        using var reader = new StreamReader(file, leaveOpen: true);
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            lines.Enqueue(line);
            if (lines.Count > limit)
            {
                lines.Dequeue();
            }
        }

        return lines;
    }

    /// <summary>Before the write: a line is never split over two files.</summary>
    void MakeRoom(int bytes)
    {
        // the others are not looked at for each entry
        var length = segments.CurrentLength;
        if (length == 0 || length + bytes <= Limits.FileBytes)
        {
            return;
        }

        try
        {
            EndTornLine();
            segments.Follow(segments.List()[^1]);
            Remove();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the entry goes to the file that is there; whether that can be written is seen next
        }
    }

    /// <summary>Lines lie within one file, that which a crash tore as well.</summary>
    void EndTornLine()
    {
        using var stream = new FileStream(segments.Current, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        if (EndsWithin(stream))
        {
            stream.Seek(0, SeekOrigin.End);
            stream.WriteByte((byte)'\n');
            stream.Flush(flushToDisk: true);
        }
    }

    void Remove()
    {
        var all = segments.List();
        var needed = stillNeeded?.Invoke(all[^1].End) ?? long.MaxValue;
        foreach (var old in all.Take(Math.Max(0, all.Count - Limits.Files)).Where(one => one.End <= needed))
        {
            File.Delete(old.Path);
        }
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
