using System.Collections.Immutable;
using System.Text.Json;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>Copy and redrive: the same but for what a record's target is, and what is said of its source.</summary>
/// <param name="name"><see cref="TransferRequest.Copy"/> or <see cref="TransferRequest.Redrive"/>.</param>
public sealed class TransferKind(
    string name, IClusterRegistry clusters, IMessageScanner scanner, IBatchWriters writers, TimeProvider time) : IJobKind
{
    public string Name => name;

    public IJob Read(string cluster, JsonElement request) => new Transfer(this, TransferRequest.Read(name, cluster, request));

    IClusterMonitor Find(string cluster) =>
        clusters.Find(cluster) ?? throw JobFaultException.NoCluster(cluster);

    sealed record Transfer(TransferKind Of, TransferRequest Request) : IJob
    {
        public string Kind => Request.Kind;

        public string Topic => Request.Source.Topic;

        public ImmutableArray<Permission> Needs =>
        [
            new(AccessKind.Records, AccessAction.Read, Request.SourceCluster, Topic),
            new(AccessKind.Records, AccessAction.Write, Request.Cluster, Request.Topic),
        ];

        public Task<JobPlan> PlanAsync(Actor actor, CancellationToken cancellationToken) =>
            new TransferPlanner(Request, Of.Find(Request.SourceCluster), Of.Find(Request.Cluster), Of.scanner, Of.writers, Of.Time)
                .PlanAsync(actor, cancellationToken);

        public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
        {
            var target = Of.Find(Request.Cluster);
            var reader = new SourceReader(Of.scanner, Of.Find(Request.SourceCluster), Request.Source, Of.Time);
            var writer = await Of.writers.OpenAsync(target, Request, run.Id, cancellationToken).ConfigureAwait(false);
            await using (writer.ConfigureAwait(false))
            {
                await new TransferRun(Request, run, reader, writer, new TopicLookup(target), Of.Time).RunAsync(cancellationToken)
                    .ConfigureAwait(false);
            }
        }
    }

    readonly IMessageScanner scanner = scanner;
    readonly IBatchWriters writers = writers;

    TimeProvider Time { get; } = time;
}
