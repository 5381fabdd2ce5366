using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Nodes;

namespace Dashboard.Operations;

/// <summary>An exchange of the hosted engine as pages and REST ask for it: if the actor may, and written down with how it ended.</summary>
public static class EngineExchanges
{
    const string Subject = "engine";

    public static Permission Needs(string cluster) => Permission.To(AccessAction.Alter, AccessKind.Nodes, cluster);

    /// <summary>Begun, it is seen through even when whoever asked has left.</summary>
    /// <returns>Null, or why it was refused.</returns>
    public static async Task<string?> BeginAsync(
        IEngineExchange exchange, IAuditLog audit, TimeProvider time, string cluster, EngineChoice choice, Actor actor,
        CancellationToken cancellationToken)
    {
        var (before, after) = (Words(exchange.Now), Words(choice.Plain()));
        try
        {
            if (!actor.May(Needs(cluster)))
            {
                throw new NodeActionException(actor.WhyNot(Needs(cluster)));
            }

            var end = await exchange.ExchangeAsync(choice, actor.Name, cancellationToken);
            _ = EndAsync(end);
            return null;
        }
        catch (NodeActionException e)
        {
            await WriteAsync("refused", e.Message);
            return e.Message;
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

    /// <summary>"apache kraft, Kafka /opt/kafka, 3 controllers, 3 brokers".</summary>
    static string Words(EngineChoice choice)
    {
        string[] words = choice switch
        {
            { Engine: EngineKind.Embedded } => ["embedded", $"{choice.Coordinators} coordinators"],
            { Mode: HostedMode.KRaft } =>
                ["apache kraft", $"Kafka {choice.KafkaHome}", $"{choice.Controllers} controllers{(choice.Combined ? " combined" : "")}"],
            _ =>
            [
                "apache zookeeper", $"Kafka {choice.KafkaHome}",
                .. choice.ZooKeeperHome is { } home ? (string[])[$"ZooKeeper {home}"] : [], $"{choice.Coordinators} coordinators",
            ],
        };
        return string.Join(", ", words.Append($"{choice.Brokers} brokers"));
    }
}
