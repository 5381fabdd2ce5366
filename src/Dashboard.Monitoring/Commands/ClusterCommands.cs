using Dashboard.Monitoring.Model;
using Kafka.Client;

namespace Dashboard.Monitoring.Commands;

/// <summary>Plans and runs what changes a cluster. Plans are made from the snapshot and, where Kafka can validate only, by asking it.</summary>
sealed class ClusterCommands(string cluster, KafkaCluster? kafka, Func<ClusterSnapshot> current, IAuditLog audit, Action refresh, TimeProvider time) : IClusterCommands
{
    public Task<CreateTopicPlan> PlanAsync(CreateTopic command, CancellationToken cancellation) => TopicCreation.PlanAsync(command, current(), () => Kafka, time, cancellation);

    public Task<DeleteTopicPlan> PlanAsync(DeleteTopic command, CancellationToken cancellation) => Task.FromResult(TopicDeletion.Plan(command, current(), time));

    public Task<ElectLeadersPlan> PlanAsync(ElectLeaders command, CancellationToken cancellation) => Task.FromResult(LeaderElection.Plan(command, current(), time));

    public Task<ReassignPlan> PlanAsync(Reassign command, CancellationToken cancellation) => Task.FromResult(Reassignment.Plan(command, current(), time));

    public Task<CancelReassignmentPlan> PlanAsync(CancelReassignment command, CancellationToken cancellation) => Reassignment.PlanAsync(command, current(), () => Kafka, time, cancellation);

    public async Task<CommandResult> RunAsync(ClusterCommand command, string user, IProgress<CommandProgress>? progress, CancellationToken cancellation)
    {
        var (action, subject, details) = Describe(command);
        progress?.Report(new CommandProgress("Sent", [subject], 0, 1));
        CommandResult result;
        cancellation.ThrowIfCancellationRequested();
        try
        {
            // whoever leaves does not take back what was sent: it is seen through, to be written down as what it came to
            var (done, refusals) = await DoAsync(command, CancellationToken.None).ConfigureAwait(false);
            result = new CommandResult(refusals.Count == 0, done, [.. refusals], time.GetUtcNow());
        }
        catch (KafkaException e)
        {
            result = new CommandResult(false, 0, [Refusal.Of(e, subject)], time.GetUtcNow());
        }
        catch (Exception e)
        {
            await WriteAsync("failed", e.Message).ConfigureAwait(false);
            throw;
        }

        await WriteAsync(Outcome(result), result.Succeeded ? null : string.Join("; ", result.Refusals.Take(5).Select(r => $"{r.Subject}: {r.Code}: {r.Message}"))).ConfigureAwait(false);
        progress?.Report(new CommandProgress("Answered", [subject], 1, 1));
        refresh();
        return result;

        Task WriteAsync(string outcome, string? error) =>
            audit.WriteAsync(new AuditEntry(time.GetUtcNow(), cluster, user, action, subject, details, outcome, error), CancellationToken.None);
    }

    /// <summary>Without an answer nobody knows whether it was done: that is no refusal.</summary>
    static string Outcome(CommandResult result) => result.Succeeded ? "done"
        : result.Refusals.Any(r => r.Code is "REQUEST_TIMED_OUT" or "NETWORK_EXCEPTION") ? "failed"
        : "refused";

    KafkaCluster Kafka => kafka ?? throw new KafkaException(global::Kafka.Protocol.ErrorCode.UnsupportedVersion, NotGiven.Kafka);

    Task<(int Done, List<Refusal> Refusals)> DoAsync(ClusterCommand command, CancellationToken cancellation) => command switch
    {
        CreateTopic create => TopicCreation.RunAsync(create, Kafka, cancellation),
        DeleteTopic delete => TopicDeletion.RunAsync(delete, Kafka, cancellation),
        ElectLeaders elect => LeaderElection.RunAsync(elect, current(), Kafka, cancellation),
        Reassign reassign => Reassignment.RunAsync(reassign, Kafka, cancellation),
        CancelReassignment cancel => Reassignment.CancelAsync(cancel, Kafka, cancellation),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, null),
    };

    static (string Action, string Subject, string Details) Describe(ClusterCommand command) => command switch
    {
        CreateTopic c => ("topic.create", c.Name, c.Assignment is null ? $"{c.Partitions} partitions, factor {c.ReplicationFactor}" : PlacementText.Of(c.Assignment)),
        DeleteTopic d => ("topic.delete", d.Name, ""),
        ElectLeaders e => ("leaders.elect", e.Topic ?? "all topics", $"{e.Type}{(e.Partitions is { } p ? $", partitions {string.Join(", ", p)}" : "")}"),
        Reassign r => ("replicas.reassign", r.Topic, PlacementText.Of(r.Targets)),
        CancelReassignment c => ("replicas.cancel", c.Topic, c.Partitions is { } p ? $"partitions {string.Join(", ", p)}" : ""),
        _ => ("unknown", "", ""),
    };
}
