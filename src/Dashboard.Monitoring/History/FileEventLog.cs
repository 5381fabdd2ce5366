using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using Dashboard.Monitoring.Model;
using Microsoft.Extensions.Logging;

namespace Dashboard.Monitoring.History;

/// <summary>
/// <c>events.jsonl</c>: one JSON line an event, written by one loop behind a bounded queue so that no monitor waits for the disk. When a
/// write fails its events are lost to the file, <see cref="Problem"/> and the log say so, and the next write is tried all the same. Past
/// <paramref name="limit"/> bytes the file becomes <c>events.1.jsonl</c>, in place of the one before. The file's time of last writing is
/// kept at the time the dashboard last ran.
/// </summary>
public sealed partial class FileEventLog(string directory, ILogger<FileEventLog> logger, TimeProvider time, long limit = 4 << 20)
    : IEventLog, IAsyncDisposable
{
    static readonly TimeSpan heartbeat = TimeSpan.FromSeconds(5);

    readonly string file = Path.Combine(directory, "events.jsonl");
    readonly string older = Path.Combine(directory, "events.1.jsonl");
    readonly Channel<byte[]> queue = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(1024) { SingleReader = true });
    readonly Lock gate = new();
    readonly HashSet<string> loaded = [];
    Dictionary<string, ImmutableArray<ClusterEvent>>? kept;
    Task writing = Task.CompletedTask;

    public string? Problem { get; private set; }

    public ImmutableArray<ClusterEvent> Load(string cluster)
    {
        lock (gate)
        {
            if (kept is null)
            {
                // once for all clusters: one file has the events of all
                kept = Read();
                // only now: what a start appends may not come before what it reads
                writing = Task.Run(WriteAsync);
            }

            // of a cluster that was removed and added again, what happened in between its monitors is in the file
            return !loaded.Add(cluster) ? ReadAgain(cluster) : kept.Remove(cluster, out var events) ? events : [];
        }
    }

    public void Append(string cluster, IReadOnlyCollection<ClusterEvent> newest)
    {
        using var lines = new MemoryStream();
        foreach (var one in newest)
        {
            JsonSerializer.Serialize(lines, new Line(cluster, one), EventJson.Default.Line);
            lines.WriteByte((byte)'\n');
        }

        if (!queue.Writer.TryWrite(lines.ToArray()))
        {
            Problem = $"{file} cannot be written fast enough: the last events are not in it.";
        }
    }

    /// <summary>What is queued is written first.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await writing.ConfigureAwait(false);
    }

    async Task WriteAsync()
    {
        while (true)
        {
            // also without events: the file's time says until when this ran, and with it where the next gap begins
            using var due = new CancellationTokenSource(heartbeat, time);
            try
            {
                if (!await queue.Reader.WaitToReadAsync(due.Token).ConfigureAwait(false))
                {
                    Touch();
                    return;
                }

                while (queue.Reader.TryRead(out var lines))
                {
                    Write(lines);
                }
            }
            catch (OperationCanceledException)
            {
                Touch();
            }
        }
    }

    void Write(byte[] lines)
    {
        try
        {
            Directory.CreateDirectory(directory);
            // before the write: a line is never split over two files
            if (new FileInfo(file) is { Exists: true } now && now.Length + lines.Length > limit)
            {
                File.Move(file, older, overwrite: true);
            }

            using (var stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite))
            {
                // a crash may have cut the last line: this one must not continue it
                var torn = stream.Length > 0 && stream.Seek(-1, SeekOrigin.End) >= 0 && stream.ReadByte() != '\n';
                stream.Seek(0, SeekOrigin.End);
                stream.Write(torn ? [(byte)'\n', .. lines] : lines);
            }

            Touch();
            Problem = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // once: a full disk would fill the log of the process as well
            if (Problem is null)
            {
                NotWritten(file, e.Message);
            }

            Problem = $"Events cannot be written to {file}: {e.Message}";
        }
    }

    void Touch()
    {
        try
        {
            if (File.Exists(file))
            {
                File.SetLastWriteTimeUtc(file, time.GetUtcNow().UtcDateTime);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the next write reports it
        }
    }

    Dictionary<string, ImmutableArray<ClusterEvent>> Read()
    {
        var byCluster = new Dictionary<string, Queue<ClusterEvent>>();
        try
        {
            var ranUntil = File.Exists(file) ? File.GetLastWriteTimeUtc(file) : (DateTime?)null;
            byCluster = ReadEvents(_ => true);
            foreach (var (cluster, events) in byCluster)
            {
                var (from, to) = (Later(events.Last().At, ranUntil), time.GetUtcNow());
                if (to > from)
                {
                    var gap = new ClusterEvent(0, to, EventKind.WatchGap, Severity.Ok, "", [Text(from), Text(to)], null, 1);
                    events.Enqueue(gap);
                    Append(cluster, [gap]);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TellUnread(e);
        }

        return byCluster.ToDictionary(c => c.Key, c => Numbered(c.Value));
    }

    ImmutableArray<ClusterEvent> ReadAgain(string cluster)
    {
        try
        {
            return ReadEvents(cluster.Equals).TryGetValue(cluster, out var events) ? Numbered(events) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TellUnread(e);
            return [];
        }
    }

    void TellUnread(Exception e)
    {
        Problem = $"Events cannot be read from {file}: {e.Message}";
        NotRead(file, e.Message);
    }

    /// <summary>The last ones, oldest first.</summary>
    Dictionary<string, Queue<ClusterEvent>> ReadEvents(Func<string, bool> wanted)
    {
        var byCluster = new Dictionary<string, Queue<ClusterEvent>>();
        foreach (var line in new[] { older, file }.Where(File.Exists).SelectMany(File.ReadLines).Select(Parse).OfType<Line>()
            .Where(line => wanted(line.Cluster)))
        {
            var events = byCluster.TryGetValue(line.Cluster, out var known) ? known : byCluster[line.Cluster] = new();
            events.Enqueue(line.Event);
            if (events.Count > HistoryStore.EventsKept)
            {
                events.Dequeue();
            }
        }

        return byCluster;
    }

    static ImmutableArray<ClusterEvent> Numbered(IEnumerable<ClusterEvent> oldestFirst) =>
        [.. oldestFirst.Select((e, i) => e with { Sequence = i + 1 }).Reverse()];

    /// <summary>Null for a line that a crash tore, or that a later version wrote.</summary>
    static Line? Parse(string text)
    {
        try
        {
            var line = JsonSerializer.Deserialize(text, EventJson.Default.Line);
            return line is { Cluster: not null, Event: { Subject: not null, Arguments.IsDefault: false } }
                && Enum.IsDefined(line.Event.Kind)
                ? line
                : null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    static DateTimeOffset Later(DateTimeOffset at, DateTime? ranUntil) =>
        ranUntil is { } until && until > at ? new DateTimeOffset(until, TimeSpan.Zero) : at;

    static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("o", CultureInfo.InvariantCulture);

    internal sealed record Line(string Cluster, ClusterEvent Event);

    [LoggerMessage(
        EventId = 1,
        Level = LogLevel.Warning,
        Message = "Events cannot be written to {File}, and will be lost when the dashboard ends: {Why}")]
    partial void NotWritten(string file, string why);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Events of before cannot be read from {File}: {Why}")]
    partial void NotRead(string file, string why);
}

/// <summary>Made when the project is built: every start reads the events of before.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(FileEventLog.Line))]
sealed partial class EventJson : JsonSerializerContext;
