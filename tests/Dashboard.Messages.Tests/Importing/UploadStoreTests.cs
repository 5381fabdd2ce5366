using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Dashboard.Messages.Importing;
using Dashboard.Messages.Jobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Testing;

namespace Dashboard.Messages.Tests.Importing;

/// <summary>Files are kept as long as they are needed, and no longer.</summary>
public sealed class UploadStoreTests : IDisposable
{
    readonly TempDirectory data = new();
    readonly FakeTimeProvider time = new();
    readonly JobStore jobs;

    public UploadStoreTests() => jobs = new JobStore(data.Path, NullLogger<JobStore>.Instance, time);

    string Uploads => Path.Combine(data.Path, "uploads");

    public void Dispose() => data.Dispose();

    [Fact]
    public async Task A_file_that_no_job_needs_goes_after_a_day()
    {
        using var store = Store();
        var (forgotten, needed) = (await SaveAsync(store), await SaveAsync(store));
        var request = JsonSerializer.SerializeToElement(new { kind = "import", topic = "t", upload = needed });
        var job = new JobEntry("1", "import", "c", "t", request, "me", time.GetUtcNow()) { State = JobState.Stopped };
        Assert.True(jobs.TryAdd(job));
        time.Advance(TimeSpan.FromHours(25));
        Assert.Null(store.Find(forgotten));
        Assert.NotNull(store.Find(needed));
        Assert.Equal([needed, $"{needed}.json"], Directory.GetFiles(Uploads).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        jobs.Remove("1");
        time.Advance(TimeSpan.FromMinutes(11));
        Assert.Null(store.Find(needed));
        Assert.Empty(Directory.GetFiles(Uploads));
    }

    [Fact]
    public async Task Files_are_there_after_a_restart_and_what_never_came_whole_is_not()
    {
        string id;
        using (var store = Store())
        {
            id = await SaveAsync(store);
            await Assert.ThrowsAsync<UploadRefusedException>(() => SaveAsync(store, new string('x', 101)));
        }

        Assert.Equal(2, Directory.GetFiles(Uploads).Length);
        await File.WriteAllTextAsync(Path.Combine(Uploads, "cut-off"), "abc", TestContext.Current.CancellationToken);
        using var again = Store();
        Assert.Equal(("name", 5L), (again.Find(id)!.Name, again.Find(id)!.Bytes));
        Assert.Equal(2, Directory.GetFiles(Uploads).Length);
        Assert.All(Directory.GetFiles(Uploads), file => Assert.True(
            OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite)));
    }

    [Fact]
    public async Task No_more_are_kept_than_there_is_room_for()
    {
        using var store = Store();
        for (var i = 0; i < UploadStore.MostKept; i++)
        {
            await SaveAsync(store);
        }

        await Assert.ThrowsAsync<UploadRefusedException>(() => SaveAsync(store));
    }

    /// <summary>Those count that are on their way: each may be as large as any.</summary>
    [Fact]
    public async Task No_more_come_at_a_time_than_there_is_room_for()
    {
        using var store = Store();
        var pipes = Enumerable.Range(0, UploadStore.MostKept).Select(_ => new Pipe()).ToList();
        var coming = pipes.ConvertAll(
            pipe => store.SaveAsync(pipe.Reader.AsStream(), "c", "t", "me", "name", TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<UploadRefusedException>(() => SaveAsync(store));

        await pipes[0].Writer.CompleteAsync(new IOException("the reader has gone"));
        await Assert.ThrowsAsync<IOException>(() => coming[0]);
        await SaveAsync(store);

        await Task.WhenAll(pipes.Skip(1).Select(pipe => pipe.Writer.CompleteAsync().AsTask()));
        await Task.WhenAll(coming.Skip(1));
    }

    UploadStore Store() => new(data.Path, 100, jobs, time, NullLogger<UploadStore>.Instance);

    static async Task<string> SaveAsync(UploadStore store, string text = "12345")
    {
        var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return (await store.SaveAsync(stream, "c", "t", "me", "name", TestContext.Current.CancellationToken)).Id;
    }
}
