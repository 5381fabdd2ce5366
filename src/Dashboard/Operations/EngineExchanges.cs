using System.Collections.Immutable;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Nodes;
using Wire;

namespace Dashboard.Operations;

/// <summary>
/// An exchange of the hosted engine as pages and REST ask for it: if the actor may, after what works on the cluster has ended, and written
/// down with how it ended.
/// </summary>
public sealed class EngineExchanges(IEngineExchange exchange, ClusterUses uses, IAuditLog audit, TimeProvider time)
{
    const string Subject = "engine";

    public static Permission Needs(string cluster) => Permission.To(AccessAction.Alter, AccessKind.Nodes, cluster);

    /// <summary>Looks at directories and asks Java for its version: not on a thread that must not wait.</summary>
    public Task<EnginePlan> PlanAsync(string cluster, EngineChoice choice, Actor actor, CancellationToken cancellationToken) =>
        Task.Run(() => exchange.Plan(choice) with { Running = uses.On(cluster, actor) }, cancellationToken);

    /// <summary>Begun, it is seen through even when whoever asked has left.</summary>
    /// <param name="force">What works on the cluster is ended first, in a state from which it can go on; else it is refused.</param>
    /// <returns>Null, or why it was refused.</returns>
    public async Task<ExchangeRefusal?> BeginAsync(
        string cluster, EngineChoice choice, bool force, Actor actor, CancellationToken cancellationToken)
    {
        var (before, after) = (Words(exchange.Now), Words(choice.Plain()));
        var running = ImmutableArray<ClusterUse>.Empty;
        try
        {
            if (!actor.May(Needs(cluster)))
            {
                throw new NodeActionException(actor.WhyNot(Needs(cluster)));
            }

            var plan = await PlanAsync(cluster, choice, actor, cancellationToken);
            if (plan.WhyNot is { } why)
            {
                throw new NodeActionException(why, plan.Told);
            }

            if (!plan.Running.IsEmpty)
            {
                await FreeAsync(plan.Running);
            }

            _ = EndAsync(await exchange.ExchangeAsync(choice, actor.Name, cancellationToken));
            return null;
        }
        catch (NodeActionException e)
        {
            await WriteAsync("refused", e.Message);
            return new ExchangeRefusal(e.Message, e.Told, running);
        }

        async Task FreeAsync(ImmutableArray<ClusterUse> found)
        {
            if (!force)
            {
                running = found;
                throw new NodeActionException(InUse(found));
            }

            if (!await uses.EndAsync(cluster, actor.Name))
            {
                throw new NodeActionException(CodedText.Of(
                    "StillRuns",
                    $"What works on the cluster did not end in time, and its servers were left to it. Try again in a moment."));
            }
        }

        async Task EndAsync(Task<string?> end)
        {
            var error = await end;
            await WriteAsync(error is null ? "done" : "failed", error);
        }

        Task WriteAsync(string outcome, string? error) => audit.WriteAsync(
            new AuditEntry(time.GetUtcNow(), cluster, actor.Name, "node.engine", Subject, "", outcome, error)
            {
                Address = actor.Address,
                Before = before,
                After = after,
            },
            CancellationToken.None);
    }

    static CodedText InUse(ImmutableArray<ClusterUse> running)
    {
        var names = string.Join(", ", running.Select(use => use.Kind == ClusterUse.Job
            ? $"job {use.Id} ({use.What}, {use.User})".Replace("  ", " ", StringComparison.Ordinal)
            : $"the walkthrough of {use.User}"));
        return CodedText.Of(
            "ClusterInUse",
            $"Still at work on the cluster: {names}. "
            + $"With force=true jobs are stopped first, and can go on when the cluster is there again; a walkthrough is undone.");
    }

    /// <summary>"apache kraft, Kafka /opt/kafka, 3 controllers, 3 brokers".</summary>
    static string Words(EngineChoice choice)
    {
        string[] words = choice switch
        {
            { Engine: EngineKind.Embedded } => ["embedded", $"{choice.Coordinators} coordinators"],
            { Mode: HostedMode.KRaft } =>
            [
                "apache kraft", $"Kafka {choice.KafkaHome}", $"heap {choice.KafkaHeap}",
                $"{choice.Controllers} controllers{(choice.Combined ? " combined" : "")}",
            ],
            _ =>
            [
                "apache zookeeper", $"Kafka {choice.KafkaHome}", $"heap {choice.KafkaHeap}",
                .. choice.ZooKeeperHome is { } home ? (string[])[$"ZooKeeper {home}"] : [], $"heap {choice.ZooKeeperHeap}",
                $"{choice.Coordinators} coordinators",
            ],
        };
        return string.Join(", ", words.Append($"{choice.Brokers} brokers"));
    }
}

/// <summary>Why an exchange was not begun.</summary>
/// <param name="Told">For readers of pages; null where it is in words that nobody translates.</param>
/// <param name="Running">What works on the cluster, where that is the reason.</param>
public sealed record ExchangeRefusal(string Message, CodedText? Told, ImmutableArray<ClusterUse> Running);
