using System.Collections.Immutable;
using System.Text.Json;
using Dashboard.Monitoring.Access;

namespace Dashboard.Messages.Jobs;

/// <summary>A kind of work that takes longer than a request: reads what is asked for. One of a name.</summary>
public interface IJobKind
{
    /// <summary>As REST has it in "kind": "copy".</summary>
    string Name { get; }

    /// <summary>Of a cluster that is there.</summary>
    /// <param name="request">The body as it was sent, "kind" among it.</param>
    /// <exception cref="FormatException">Names the field that is wrong and what it takes.</exception>
    IJob Read(string cluster, JsonElement request);

    /// <summary>What a job of this kind found, as a reader may see it who sees the job; null where nothing of it is shown.</summary>
    JsonElement? Show(JobEntry job, Actor reader) => job.Progress.Result;
}

/// <summary>What was asked for, read. Immutable: can be planned and run any number of times.</summary>
public interface IJob
{
    /// <summary>Of its kind.</summary>
    string Kind { get; }

    /// <summary>What it is about, for lists and the audit log.</summary>
    string Topic { get; }

    /// <summary>
    /// What is known to be needed before anything is read, on whichever clusters; decided at the plan, at the start, when it goes on and
    /// while it runs. What does more than see and read is a change: clusters that are read-only refuse it.
    /// </summary>
    ImmutableArray<Permission> Needs { get; }

    /// <summary>
    /// Asks the clusters what it would come to; changes nothing. Called only when the actor has what it <see cref="Needs"/>.
    /// </summary>
    /// <exception cref="global::Kafka.Client.KafkaException">A cluster does not answer, or refuses.</exception>
    Task<JobPlan> PlanAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>
    /// To its end, or from where its last checkpoint says. Throws when it cannot go on: the message is its reason. What the token cancels
    /// throws <see cref="OperationCanceledException"/>.
    /// </summary>
    Task RunAsync(JobRun run, CancellationToken cancellationToken);
}

/// <summary>A job as it was asked for.</summary>
/// <param name="Cluster">That of the address.</param>
/// <param name="Body">What it was read from: kept as it is.</param>
public sealed record JobRequest(string Cluster, JsonElement Body, IJob Job);
