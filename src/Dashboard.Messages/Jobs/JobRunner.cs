using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Dashboard.Messages.Bytes;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Kafka.Client;
using Microsoft.Extensions.Logging;
using Wire;

namespace Dashboard.Messages.Jobs;

/// <summary>
/// Plans jobs, runs a few at once, and lets the others wait. A job outlives the page or request that began it; when this program ends it is
/// interrupted, and goes on when a user says so. Thread safe.
/// </summary>
public sealed partial class JobRunner(
    IEnumerable<IJobKind> kinds, JobStore store, IClusterRegistry clusters, IAuditLog audit, TimeProvider time, ILogger<JobRunner> logger)
    : IAsyncDisposable
{
    public const int MostRunning = 3;

    /// <summary>Of a job with which nothing goes on for so long it is not waited any longer: it fails.</summary>
    public static TimeSpan LongestWait => JobRetry.Longest;

    /// <summary>How often it is asked anew whether who runs a job may.</summary>
    static readonly TimeSpan pace = TimeSpan.FromSeconds(5);

    /// <summary>A cancelled job ends its batch first; the end of the program waits no longer than this.</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(2);

    readonly ImmutableArray<IJobKind> kinds = [.. kinds];
    readonly JobAccess access = new(clusters);
    readonly JobAudit trail = new(audit, time);
    readonly Lock gate = new();
    readonly Queue<JobExecution> waiting = [];
    readonly ConcurrentDictionary<string, JobExecution> active = new();
    int running;
    bool ended;

    /// <summary>Newest first.</summary>
    public ImmutableArray<JobEntry> All => store.All;

    /// <summary>On any thread.</summary>
    public event Action? Changed;

    public JobEntry? Find(string id) => store.Find(id);

    /// <summary>Null while it does not run, and before it can be said.</summary>
    public JobRate? RateOf(string id) => active.GetValueOrDefault(id)?.Rate;

    /// <summary>What it found, as the reader may see it.</summary>
    public JsonElement? ResultOf(JobEntry job, Actor reader) => kinds.FirstOrDefault(kind => kind.Name == job.Kind)?.Show(job, reader);

    /// <exception cref="FormatException">Names the field that is wrong.</exception>
    public JobRequest Read(string cluster, JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("an object with a field \"kind\" is expected.");
        }

        var fields = new JobFields(body);
        var name = fields.Text("kind");
        var kind = kinds.FirstOrDefault(kind => kind.Name == name)
            ?? throw fields.Wrong("kind", $"\"{name}\" is none of {string.Join(", ", kinds.Select(kind => kind.Name))}.");
        return new JobRequest(cluster, body.Clone(), kind.Read(cluster, body));
    }

    /// <exception cref="KafkaException">A cluster does not answer.</exception>
    public async Task<JobPlan> PlanAsync(IJob job, Actor actor, CancellationToken cancellationToken)
    {
        var before = access.Refusals(job.Needs, actor);
        if (before.Length > 0)
        {
            return new JobPlan(job.Kind, job.Topic) { Refusals = before, Needs = job.Needs, AsOf = time.GetUtcNow() };
        }

        var plan = await job.PlanAsync(actor, cancellationToken).ConfigureAwait(false);
        ImmutableArray<Permission> needs = [.. job.Needs.Concat(plan.Needs).Distinct()];
        var more = access.Refusals(needs.Except(job.Needs), actor);
        return plan with { Needs = needs, Refusals = plan.Refusals.AddRange(more), AsOf = time.GetUtcNow() };
    }

    /// <summary>Begins what was planned: exactly that. It is in the audit log before this returns.</summary>
    /// <param name="who">Asked again and again while it runs.</param>
    /// <returns>The job; null where it was refused.</returns>
    public async Task<(CommandResult Result, JobEntry? Job)> StartAsync(
        JobRequest request, JobPlan plan, Func<Actor> who, CancellationToken cancellationToken)
    {
        var entry = new JobEntry(
            NewId(), request.Job.Kind, request.Cluster, request.Job.Topic, request.Body, who().Name, time.GetUtcNow())
        {
            Needs = plan.Needs,
            Targets = plan.Targets,
            Checkpoint = plan.Start,
            Progress = new JobProgress(0, plan.Total, plan.IsAtMost),
        };
        entry = entry with { ClusterIds = access.Identities(entry.Clusters) };
        // once more: between plan and start rights may have changed
        var refusals = plan.Refusals.IsEmpty ? access.Refusals(plan.Needs, who()) : plan.Refusals;
        var result = await BeginAsync("job.start", entry, who, refusals, () => store.TryAdd(entry), cancellationToken)
            .ConfigureAwait(false);
        return (result, result.Succeeded ? store.Find(entry.Id) : null);
    }

    /// <summary>Goes on exactly where it was.</summary>
    /// <returns>Refused for one that runs, is done, or may not.</returns>
    public async Task<CommandResult> ContinueAsync(string id, Func<Actor> who, CancellationToken cancellationToken)
    {
        if (store.Find(id) is not { CanGoOn: true } job)
        {
            return Refused(JobRefusals.CannotGoOn(id, store.Find(id)?.State));
        }

        await EndedAsync(id).ConfigureAwait(false);
        var queued = job with { State = JobState.Queued, User = who().Name, Since = time.GetUtcNow(), Reason = null, Why = null };
        var refusals = ContinueRefusals(id, who());
        return await BeginAsync("job.continue", queued, who, refusals, Keep, cancellationToken).ConfigureAwait(false);

        // under the lock: of two who go on with it at once the second is refused
        bool Keep() => store.Find(id) is { CanGoOn: true } now
            && store.Change(id, _ => queued with { Checkpoint = now.Checkpoint, Progress = now.Progress }) is not null;
    }

    /// <summary>Stops one that runs or waits: it ends what it is in the middle of, and can go on.</summary>
    /// <returns>Refused for users who may not do what the job does.</returns>
    public async Task<CommandResult> StopAsync(string id, Actor actor)
    {
        if (EndRefusals(id, actor) is { IsEmpty: false } refusals)
        {
            return Refused(refusals);
        }

        if (active.GetValueOrDefault(id) is not { } one)
        {
            return Done();
        }

        await StopAsync(one, CodedText.Of("stoppedBy", $"Stopped by {actor.Name}.")).ConfigureAwait(false);
        return Done();
    }

    /// <summary>Those that run or wait, and read or write a cluster.</summary>
    public ImmutableArray<JobEntry> ActiveOn(string cluster) =>
        [.. store.All.Where(job => active.ContainsKey(job.Id) && job.Clusters.Contains(cluster))];

    /// <summary>
    /// Stops all that read or write a cluster that is about to go, no matter who began them; asked for by a user who may let it go. Each
    /// ends what it is in the middle of, and can go on when the cluster is there again.
    /// </summary>
    /// <returns>False: not all of them have ended within that time.</returns>
    public async Task<bool> EndOnAsync(string cluster, CodedText why, TimeSpan within)
    {
        var ending = ActiveOn(cluster).Select(job => active.GetValueOrDefault(job.Id)).OfType<JobExecution>().ToList();
        foreach (var one in ending)
        {
            await StopAsync(one, why).ConfigureAwait(false);
        }

        var all = Task.WhenAll(ending.Select(one => one.Ended));
        return await Task.WhenAny(all, Task.Delay(within, time, CancellationToken.None)).ConfigureAwait(false) == all;
    }

    /// <summary>What ended is forgotten.</summary>
    /// <returns>Refused for one that runs or waits, and for users who may not do what it does.</returns>
    public async Task<CommandResult> RemoveAsync(string id, Actor actor)
    {
        if (EndRefusals(id, actor) is { IsEmpty: false } refusals)
        {
            return Refused(refusals);
        }

        await EndedAsync(id).ConfigureAwait(false);
        lock (gate)
        {
            if (active.ContainsKey(id))
            {
                return Refused(JobRefusals.Active(id));
            }

            store.Remove(id);
        }

        Changed?.Invoke();
        return Done();
    }

    /// <summary>What keeps a user from continuing a job.</summary>
    public ImmutableArray<Refusal> ContinueRefusals(string id, Actor actor) =>
        store.Find(id) is not { } job ? []
        : access.OtherCluster(job) is { } other ? [JobRefusals.OtherCluster(id, other), .. access.Refusals(job.Needs, actor)]
        : access.Refusals(job.Needs, actor);

    /// <summary>The same of stopping and removing it: that a cluster became read-only, or another one, does not matter.</summary>
    public ImmutableArray<Refusal> EndRefusals(string id, Actor actor) =>
        ContinueRefusals(id, actor).RemoveAll(refusal => refusal.Code is Refusal.ReadOnlyCode or JobRefusals.OtherClusterCode);

    /// <summary>What runs is interrupted; nothing is begun any longer.</summary>
    public async ValueTask DisposeAsync()
    {
        List<JobExecution> ending;
        lock (gate)
        {
            // those that wait are queued on disk, and are found interrupted at the next start
            ended = true;
            ending = [.. active.Values.Except(waiting)];
            waiting.Clear();
        }

        ending.ForEach(one => one.End(JobState.Interrupted, null));
        var all = Task.WhenAll(ending.Select(one => one.Ended));
        await Task.WhenAny(all, Task.Delay(patience, CancellationToken.None)).ConfigureAwait(false);
    }

    /// <summary>Through the gate of the cluster that is written to first; what changes nothing is audited all the same.</summary>
    /// <param name="keep">On disk when it returns; false: it cannot be kept.</param>
    async Task<CommandResult> BeginAsync(
        string action, JobEntry entry, Func<Actor> who, ImmutableArray<Refusal> refusals, Func<bool> keep,
        CancellationToken cancellationToken)
    {
        var actor = who();
        var need = entry.Needs.Where(JobAccess.IsChange).Select(n => (Permission?)n).FirstOrDefault();
        if (refusals.Length == 0 && need is { } change && clusters.Find(change.Cluster!) is { } cluster)
        {
            // through the cluster's own gate: rights, read-only and audit are its matter
            var guarded = new GuardedAction(action, entry.Topic, JobAudit.Details(entry), _ => change, () => Task.FromResult(Kept()));
            return await cluster.Commands.RunAsync(guarded, actor, cancellationToken).ConfigureAwait(false);
        }

        var result = refusals.Length > 0 ? Refused([.. refusals]) : Kept();
        await trail.WriteAsync(action, entry, actor, result.Succeeded ? "done" : "refused", result.Refusals.FirstOrDefault()?.Message)
            .ConfigureAwait(false);
        return result;

        CommandResult Kept()
        {
            lock (gate)
            {
                if (ended || !keep())
                {
                    return Refused(JobRefusals.TooMany(entry.Id));
                }

                Queue(new JobExecution(entry.Id, who, time));
            }

            Changed?.Invoke();
            return Done();
        }
    }

    async Task StopAsync(JobExecution one, CodedText reason)
    {
        one.End(JobState.Stopped, reason);
        bool waits;
        lock (gate)
        {
            waits = waiting.Contains(one);
            var others = waiting.Where(other => other != one).ToList();
            waiting.Clear();
            others.ForEach(waiting.Enqueue);
        }

        if (waits)
        {
            await EndAsync(one, one.Ending, one.Reason).ConfigureAwait(false);
        }
    }

    /// <summary>One that has ended is still at it for a moment: that is written to the audit log.</summary>
    Task EndedAsync(string id) =>
        active.GetValueOrDefault(id) is { } one && store.Find(id) is { IsActive: false } ? one.Ended : Task.CompletedTask;

    CommandResult Done() => new(CommandEnd.Done, 1, [], time.GetUtcNow());

    CommandResult Refused(params ImmutableArray<Refusal> refusals) => new(CommandEnd.Refused, 0, refusals, time.GetUtcNow());

    static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
}
