using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Generating;
using Dashboard.Messages.Importing;
using Dashboard.Messages.Jobs;
using Dashboard.Messages.Jobs.Transfers;
using Dashboard.Messages.Producing;
using Dashboard.Messages.Scanning;
using Dashboard.Messages.Statistics;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Kafka.Client.Admin;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Dashboard.Messages.Tests.Jobs;

/// <summary>Transfers on real clusters, by the runner, with writers that break where a test says.</summary>
public sealed class TransferWorld : IAsyncDisposable
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(90);

    readonly TempDirectory data = new();
    readonly FileAuditLog audit;
    readonly ClusterRegistry clusters;
    readonly MessageScanner scanner = new(new PlainDecoder());
    readonly BodyDecoders decoders;

    public const long MostUploadBytes = 4 << 20;

    /// <param name="bootstraps">Of the clusters "one", "two" …</param>
    public TransferWorld(params string[] bootstraps)
    {
        audit = new FileAuditLog(data.Path);
        clusters = new ClusterRegistry(audit, NullLoggerFactory.Instance, TimeProvider.System);
        clusters.Set([.. bootstraps.Zip((string[])["one", "two"], (kafka, id) =>
            new ClusterMonitorOptions { Id = id, Name = id, Kind = ClusterKind.Remote, Kafka = kafka })]);
        Writers = new FragileWriters(new BatchWriters(scanner, TimeProvider.System, TimeSpan.FromMilliseconds(500)));
        var store = new JobStore(data.Path, NullLogger<JobStore>.Instance, TimeProvider.System);
        Uploads = new UploadStore(data.Path, MostUploadBytes, store, TimeProvider.System, NullLogger<UploadStore>.Instance);
        decoders = new BodyDecoders(clusters, TimeProvider.System);
        var encoder = new BodyEncoder(decoders);
        IJobKind[] kinds =
        [
            new TransferKind("copy", clusters, scanner, Writers, TimeProvider.System),
            new TransferKind("redrive", clusters, scanner, Writers, TimeProvider.System),
            new GenerateKind(clusters, encoder, Writers, TimeProvider.System),
            new ImportKind(clusters, Uploads, encoder, Writers, TimeProvider.System),
            new StatisticsKind(clusters, new StatisticsReader(decoders)),
        ];
        Runner = new JobRunner(kinds, store, clusters, audit, TimeProvider.System, NullLogger<JobRunner>.Instance);
    }

    public JobRunner Runner { get; }

    public UploadStore Uploads { get; }

    public FragileWriters Writers { get; }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    static Actor Me => Actor.Program("test");

    public async Task<JobPlan> PlanAsync(object body, Actor? actor = null) =>
        await Runner.PlanAsync(Runner.Read("one", JsonSerializer.SerializeToElement(body)).Job, actor ?? Me, Token);

    public async Task<JobEntry> StartAsync(object body)
    {
        var request = Runner.Read("one", JsonSerializer.SerializeToElement(body));
        var plan = await Runner.PlanAsync(request.Job, Me, Token);
        Assert.True(plan.CanRun, string.Join("; ", plan.Refusals.Select(r => r.Message)));
        var (result, job) = await Runner.StartAsync(request, plan, () => Me, Token);
        return job ?? throw new InvalidOperationException(string.Join("; ", result.Faults.Select(f => f.Message)));
    }

    public Task GoOnAsync(JobEntry job) => Runner.ContinueAsync(job.Id, () => Me, Token);

    public async Task<JobEntry> IsAsync(JobEntry job, JobState state)
    {
        await Eventually.TrueAsync(
            () => Task.FromResult(Runner.Find(job.Id)!.State == state),
            () => $"the job is {state}: it is {Runner.Find(job.Id)!.State}, {Runner.Find(job.Id)!.Reason}", patience);
        return Runner.Find(job.Id)!;
    }

    /// <summary>Goes on as often as it is killed.</summary>
    /// <returns>How often that was.</returns>
    public async Task<int> EndAsync(JobEntry job)
    {
        for (var kills = 0; ; kills++)
        {
            await Eventually.TrueAsync(() => !Runner.Find(job.Id)!.IsActive, "the job ends", patience);
            if (Runner.Find(job.Id)!.State == JobState.Done)
            {
                return kills;
            }

            Assert.StartsWith("killed", Runner.Find(job.Id)!.Reason, StringComparison.Ordinal);
            await GoOnAsync(job);
        }
    }

    /// <summary>All records of a topic that are committed, in the order of partition and offset.</summary>
    public async Task<ImmutableArray<MessageView>> RecordsAsync(string topic, string cluster = "one")
    {
        var query = new ScanQuery(topic) { From = ScanBound.Oldest, Limit = int.MaxValue };
        var found = new List<MessageView>();
        await foreach (var step in scanner.ScanAsync(clusters.Find(cluster)!, query, Me, CancellationToken.None, Token))
        {
            Assert.All(step.Progress.Partitions, p => Assert.Null(p.Error));
            found.AddRange(step.Found.Select(f => f.Message));
        }

        return [.. found.OrderBy(m => (m.Partition, m.Offset))];
    }

    /// <summary>Disposal deletes nothing: the cluster goes with its directory, or its names are used once.</summary>
    public async Task TopicAsync(string name, int partitions, string cluster = "one")
    {
        var monitor = clusters.Find(cluster)!;
        clusters.Start();
        await monitor.WaitForAsync(s => s.Brokers.Value is { Brokers.Length: > 0 } && s.Topics.Value is not null, patience, Token);
        var command = new CreateTopic(name, partitions, 1, null, ImmutableDictionary<string, string>.Empty);
        var result = await monitor.Commands.RunAsync(command, Me, null, Token);
        Assert.True(result.Succeeded, string.Join("; ", result.Faults.Select(f => f.Message)));
    }

    /// <summary>Keys "0" and so on; headers by number.</summary>
    public async Task WriteAsync(string topic, int from, int count, Func<int, (string Name, string Value)?> header, string bootstrap)
    {
        var config = new ProducerConfig { BootstrapServers = bootstrap, LingerMs = 5, EnableIdempotence = true };
        using var producer = new ProducerBuilder<byte[], byte[]>(config).Build();
        var sent = Enumerable.Range(from, count).Select(i =>
        {
            var message = new Message<byte[], byte[]>
            {
                Key = Encoding.UTF8.GetBytes($"{i}"),
                Value = [0, 0xff, (byte)i],
                Headers = [],
            };
            if (header(i) is { } named)
            {
                message.Headers.Add(named.Name, Encoding.UTF8.GetBytes(named.Value));
            }

            return producer.ProduceAsync(topic, message, Token);
        }).ToList();
        await Task.WhenAll(sent);
    }

    public static string KeyOf(MessageView record) => Encoding.UTF8.GetString(record.Key!.Value.AsSpan());

    /// <summary>Each of these keys once, and no other.</summary>
    public static void EachOnce(IEnumerable<int> keys, IEnumerable<MessageView> records) =>
        Assert.Equal(keys.Select(key => $"{key}").Order(StringComparer.Ordinal), records.Select(KeyOf).Order(StringComparer.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await Runner.DisposeAsync();
        foreach (var dead in Writers.Dead)
        {
            await dead.DisposeAsync();
        }

        Uploads.Dispose();
        decoders.Dispose();
        await clusters.DisposeAsync();
        audit.Dispose();
        data.Dispose();
    }
}
