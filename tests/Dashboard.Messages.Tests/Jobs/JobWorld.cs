using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Dashboard.Messages.Jobs;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Model;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Dashboard.Messages.Tests.Jobs;

/// <summary>A runner over a data directory, and clusters that nobody has to reach.</summary>
sealed class JobWorld : IAsyncDisposable
{
    readonly FileAuditLog audit;
    readonly ClusterRegistry clusters;

    public JobWorld(TempDirectory data, params IJobKind[] kinds)
        : this(data, TimeProvider.System, kinds)
    {
    }

    /// <param name="time">Of the jobs; the clusters have their own.</param>
    public JobWorld(TempDirectory data, TimeProvider time, params IJobKind[] kinds)
    {
        audit = new FileAuditLog(data.Path);
        clusters = new ClusterRegistry(audit, NullLoggerFactory.Instance, TimeProvider.System);
        clusters.Set([Options(false)]);
        Store = new JobStore(data.Path, NullLogger<JobStore>.Instance, time);
        Runner = new JobRunner(kinds, Store, clusters, audit, time, NullLogger<JobRunner>.Instance);
    }

    public JobStore Store { get; }

    public JobRunner Runner { get; }

    public void SetReadOnly() => clusters.Set([Options(true)]);

    public Task<ImmutableArray<AuditEntry>> AuditAsync() => audit.ReadLastAsync(100, CancellationToken.None);

    public async Task<JobEntry> StartAsync(object body, Func<Actor>? who = null)
    {
        var request = Runner.Read("c", JsonSerializer.SerializeToElement(body));
        who ??= () => Actor.Program("test");
        var plan = await Runner.PlanAsync(request.Job, who(), CancellationToken.None);
        var (result, job) = await Runner.StartAsync(request, plan, who, CancellationToken.None);
        return job ?? throw new InvalidOperationException(string.Join("; ", result.Faults.Select(f => $"{f.Code} {f.Message}")));
    }

    public Task IsAsync(string id, JobState state) =>
        Eventually.TrueAsync(() => Runner.Find(id)?.State == state, $"the job is {state}");

    public async ValueTask DisposeAsync()
    {
        await Runner.DisposeAsync();
        await clusters.DisposeAsync();
        audit.Dispose();
    }

    static ClusterMonitorOptions Options(bool readOnly) =>
        new() { Id = "c", Name = "c", Kind = ClusterKind.Remote, Kafka = "127.0.0.1:1", ReadOnly = readOnly };
}

/// <summary>Counts to a number, a step each time a test lets it.</summary>
sealed class CountingKind : IJobKind
{
    readonly ConcurrentDictionary<string, SemaphoreSlim> steps = new();

    /// <summary>What goes wrong at the steps that follow, one each.</summary>
    public ConcurrentQueue<Exception> Faults { get; } = new();

    /// <summary>Where each attempt began.</summary>
    public ConcurrentQueue<long> Begun { get; } = new();

    public string Name => "counting";

    public IJob Read(string cluster, JsonElement request)
    {
        var fields = new JobFields(request);
        fields.Only("kind", "topic", "to");
        return new Counting(this, cluster, fields.Required("topic"), fields.Number("to", 1, 100) ?? 3);
    }

    /// <summary>A permit a step.</summary>
    public void Let(string topic, int more) => Steps(topic).Release(more);

    SemaphoreSlim Steps(string topic) => steps.GetOrAdd(topic, _ => new SemaphoreSlim(0));

    sealed record Counting(CountingKind Kinds, string Cluster, string Topic, long To) : IJob
    {
        public string Kind => "counting";

        public ImmutableArray<Permission> Needs => [new(AccessKind.Records, AccessAction.Write, Cluster, Topic)];

        public Task<JobPlan> PlanAsync(Actor actor, CancellationToken cancellationToken) => Task.FromResult(new JobPlan(Kind, Topic)
        {
            Total = To,
            Targets = [new JobTarget(Cluster, Topic, To)],
            Start = JsonSerializer.SerializeToElement(0),
        });

        public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
        {
            Kinds.Begun.Enqueue(run.Checkpoint!.Value.GetInt64());
            for (var at = run.Checkpoint!.Value.GetInt64(); at < To;)
            {
                await Kinds.Steps(Topic).WaitAsync(cancellationToken);
                if (Topic == "breaks" && at == 1)
                {
                    throw new InvalidOperationException("it broke");
                }

                if (Kinds.Faults.TryDequeue(out var fault))
                {
                    throw fault;
                }

                run.Save(JsonSerializer.SerializeToElement(++at));
                run.Report(new JobProgress(at, To) { ByTopic = ImmutableSortedDictionary<string, long>.Empty.Add(Topic, at) });
            }
        }
    }
}
