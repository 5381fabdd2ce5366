using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Wire.Files;

namespace Dashboard.Messages.Jobs;

/// <summary>
/// <c>jobs/ID.json</c>, a file a job, readable for the owner alone, written whole to a file beside it that then takes its place: when that
/// fails, all is as it was, also in memory, and the exception names the file. A file that cannot be read is left where it is and told in
/// the log. Of more than <see cref="MostKept"/> the oldest that ended goes.
/// </summary>
public sealed partial class JobStore
{
    public const int MostKept = 200;

    readonly Lock gate = new();
    readonly string directory;
    readonly IDisk disk;
    ImmutableDictionary<string, JobEntry> jobs = ImmutableDictionary<string, JobEntry>.Empty;

    /// <summary>What ran when this program ended, or waited, is interrupted now.</summary>
    /// <param name="data">The data directory.</param>
    public JobStore(string data, ILogger<JobStore> logger, TimeProvider time, IDisk? disk = null)
    {
        directory = Path.Combine(data, "jobs");
        this.disk = disk ?? Disk.Private;
        foreach (var file in Directory.Exists(directory) ? Directory.GetFiles(directory, "*.json") : [])
        {
            try
            {
                var job = JsonSerializer.Deserialize(File.ReadAllBytes(file), JobJson.Default.JobEntry)
                    ?? throw new JsonException("it is empty");
                // nothing runs at a start: what was running when the process ended was interrupted
                Keep(job.IsActive ? job with { State = JobState.Interrupted, Since = time.GetUtcNow(), Waiting = null } : job);
            }
            catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
            {
                Unreadable(logger, file, e.Message);
            }
        }
    }

    /// <summary>Newest first.</summary>
    public ImmutableArray<JobEntry> All => [.. jobs.Values.OrderByDescending(job => job.Made)];

    public JobEntry? Find(string id) => jobs.GetValueOrDefault(id);

    /// <summary>A new job.</summary>
    /// <returns>False: there is room for no more, since all that are kept run or wait.</returns>
    /// <exception cref="IOException">It cannot be written; there is no such job then.</exception>
    public bool TryAdd(JobEntry job)
    {
        lock (gate)
        {
            if (jobs.Count >= MostKept && !MakeRoom())
            {
                return false;
            }

            Keep(job);
            return true;
        }
    }

    /// <summary>Another state of a job that is there; on disk when it returns.</summary>
    /// <returns>As it is now; null when it was removed.</returns>
    /// <exception cref="IOException">It cannot be written; it is as it was.</exception>
    public JobEntry? Change(string id, Func<JobEntry, JobEntry> change)
    {
        lock (gate)
        {
            return jobs.TryGetValue(id, out var job) ? Keep(change(job)) : null;
        }
    }

    /// <summary>In memory alone: it is on disk with the next change.</summary>
    public void Note(string id, Func<JobEntry, JobEntry> change)
    {
        lock (gate)
        {
            if (jobs.TryGetValue(id, out var job))
            {
                jobs = jobs.SetItem(id, change(job));
            }
        }
    }

    public void Remove(string id)
    {
        lock (gate)
        {
            disk.Delete(PathOf(id));
            jobs = jobs.Remove(id);
        }
    }

    bool MakeRoom()
    {
        // those that are done first: one that could go on is worth more
        var oldest = jobs.Values.Where(job => !job.IsActive).OrderBy(job => job.CanGoOn).ThenBy(job => job.Made).FirstOrDefault();
        if (oldest is not null)
        {
            Remove(oldest.Id);
        }

        return oldest is not null;
    }

    JobEntry Keep(JobEntry job)
    {
        try
        {
            disk.CreateDirectory(directory);
            disk.WriteWhole(PathOf(job.Id), JsonSerializer.SerializeToUtf8Bytes(job, JobJson.Default.JobEntry));
        }
        catch (IOException e)
        {
            throw new IOException($"{PathOf(job.Id)} cannot be written: {e.Message}", e);
        }

        // after the disk: memory never has a checkpoint that a crash would lose
        jobs = jobs.SetItem(job.Id, job);
        return job;
    }

    string PathOf(string id) => Path.Combine(directory, $"{id}.json");

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{File} is no job that can be read, and is left where it is: {Why}")]
    static partial void Unreadable(ILogger logger, string file, string why);
}
