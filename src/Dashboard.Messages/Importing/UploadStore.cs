using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Dashboard.Messages.Jobs;
using Microsoft.Extensions.Logging;

namespace Dashboard.Messages.Importing;

/// <summary>
/// <c>uploads/ID</c>, and what it is in <c>ID.json</c>, readable for the owner alone. A file goes when its job is done, and a day after it
/// came when no job needs it. Thread safe.
/// </summary>
public sealed partial class UploadStore : IDisposable
{
    public const int MostKept = 20;

    public const long UsualMostBytes = 1L << 30;

    static readonly TimeSpan kept = TimeSpan.FromDays(1), pace = TimeSpan.FromMinutes(10);

    readonly Lock gate = new();
    readonly string directory;
    readonly long mostBytes;
    readonly JobStore jobs;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly ITimer sweeping;
    ImmutableDictionary<string, UploadedFile> files = ImmutableDictionary<string, UploadedFile>.Empty;

    /// <summary>Files that are still on their way.</summary>
    int coming;

    /// <param name="data">The data directory.</param>
    /// <param name="mostBytes">Of one file.</param>
    /// <param name="jobs">Say which files are needed.</param>
    public UploadStore(string data, long mostBytes, JobStore jobs, TimeProvider time, ILogger<UploadStore> logger)
    {
        (directory, this.mostBytes, this.jobs, this.time, this.logger) = (Path.Combine(data, "uploads"), mostBytes, jobs, time, logger);
        foreach (var described in Directory.Exists(directory) ? Directory.GetFiles(directory, "*.json") : [])
        {
            Read(described);
        }

        foreach (var rest in Directory.Exists(directory) ? Directory.GetFiles(directory) : [])
        {
            if (!files.ContainsKey(Path.GetFileNameWithoutExtension(rest)))
            {
                Delete(Path.GetFileNameWithoutExtension(rest)); // of a file that never came whole
            }
        }

        sweeping = time.CreateTimer(_ => Sweep(), null, pace, pace);
    }

    public UploadedFile? Find(string id) => files.GetValueOrDefault(id);

    /// <exception cref="IOException">It is there no longer.</exception>
    public Stream Open(string id) => new FileStream(PathOf(id), new FileStreamOptions
    {
        Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
        BufferSize = 1 << 16,
    });

    /// <summary>Whether a file would be taken now.</summary>
    /// <param name="bytes">Its length; null: not known before it came.</param>
    /// <exception cref="UploadRefusedException">It is too large, or there are too many.</exception>
    public void Check(long? bytes)
    {
        Sweep();
        lock (gate)
        {
            RequireRoom();
        }

        RequireLength(bytes ?? 0);
    }

    /// <summary>All of a stream; nothing is left of it when that fails.</summary>
    /// <param name="told">How many bytes came so far.</param>
    /// <exception cref="UploadRefusedException">It is too large, or there are too many.</exception>
    public async Task<UploadedFile> SaveAsync(
        Stream from, string cluster, string topic, string user, string name, CancellationToken cancellationToken,
        Action<long>? told = null)
    {
        Sweep();
        lock (gate)
        {
            RequireRoom();
            coming++;
        }

        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        try
        {
            Directory.CreateDirectory(directory);
            var bytes = await CopyAsync(from, id, told, cancellationToken).ConfigureAwait(false);
            var file = new UploadedFile(id, cluster, topic, user, name, bytes, time.GetUtcNow());
            // the description last: a file without one never came whole, and goes at the next start
            var described = Create($"{PathOf(id)}.json");
            await using (described.ConfigureAwait(false))
            {
                await JsonSerializer.SerializeAsync(described, file, UploadJson.Default.UploadedFile, cancellationToken)
                    .ConfigureAwait(false);
            }

            lock (gate)
            {
                files = files.Add(id, file);
            }

            return file;
        }
        catch
        {
            Delete(id);
            throw;
        }
        finally
        {
            lock (gate)
            {
                coming--;
            }
        }
    }

    public void Remove(string id)
    {
        lock (gate)
        {
            if (files.ContainsKey(id))
            {
                files = files.Remove(id);
                Delete(id);
            }
        }
    }

    public void Dispose() => sweeping.Dispose();

    void Sweep()
    {
        // a job that failed or was stopped can go on, and begins the file anew for that
        var needed = jobs.All.Where(job => job.State != JobState.Done && job.Kind == ImportKind.KindName)
            .Select(job => ImportRequest.UploadOf(job.Request)).ToHashSet();
        foreach (var old in files.Values.Where(file => time.GetUtcNow() - file.At > kept && !needed.Contains(file.Id)))
        {
            Remove(old.Id);
        }
    }

    async Task<long> CopyAsync(Stream from, string id, Action<long>? told, CancellationToken cancellationToken)
    {
        var file = Create(PathOf(id));
        await using (file.ConfigureAwait(false))
        {
            var buffer = new byte[1 << 16];
            var bytes = 0L;
            while (await from.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                bytes += read;
                RequireLength(bytes);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                told?.Invoke(bytes);
            }

            return bytes;
        }
    }

    void RequireRoom()
    {
        if (files.Count + coming >= MostKept)
        {
            throw new UploadRefusedException($"{MostKept} files wait to be imported; more are taken when some of their jobs have ended.");
        }
    }

    void RequireLength(long bytes)
    {
        if (bytes > mostBytes)
        {
            throw new UploadRefusedException($"It is larger than {mostBytes} bytes, which is the most that is taken.");
        }
    }

    void Read(string described)
    {
        try
        {
            var file = JsonSerializer.Deserialize(File.ReadAllBytes(described), UploadJson.Default.UploadedFile)!;
            if (PathOf(file.Id) == described[..^".json".Length] && File.Exists(PathOf(file.Id)))
            {
                files = files.SetItem(file.Id, file);
            }
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            Unreadable(logger, described, e.Message);
        }
    }

    void Delete(string id)
    {
        try
        {
            File.Delete(PathOf(id));
            File.Delete($"{PathOf(id)}.json");
        }
        catch (IOException e)
        {
            Unreadable(logger, PathOf(id), e.Message);
        }
    }

    static FileStream Create(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    string PathOf(string id) => Path.Combine(directory, id);

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Uploaded file {File}: {Why}")]
    static partial void Unreadable(ILogger logger, string file, string why);
}
