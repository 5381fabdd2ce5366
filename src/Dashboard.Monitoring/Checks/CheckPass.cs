using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Checks;

/// <summary>
/// Reads everything that a check compares: the first time all topics, with logs and configs as the monitor read them last, the second time
/// what was found, all of it now.
/// </summary>
sealed class CheckPass(KafkaCluster kafka, ZooKeeperLink? link, Func<ClusterSnapshot> current)
{
    /// <summary>Topics whose configs are asked for once more; brokers work out every default for each.</summary>
    const int MostConfigs = 200;

    readonly BrokerReadings brokers = new(kafka, current);

    /// <summary>Both times the same, where it answers both times.</summary>
    int? newest;

    bool IsKRaft => link is null || current().Identity.Value?.Mode == CoordinationMode.KRaft;

    /// <param name="scope">Topics; null: all.</param>
    /// <exception cref="KafkaException">No broker answered.</exception>
    public async Task<(SaidByAll Said, IReadOnlyDictionary<int, KafkaException> Errors)> ReadAsync(
        IReadOnlySet<string>? scope, CancellationToken cancellationToken)
    {
        // asked once: a migration in the middle of a pass must not mix two references
        var isKRaft = IsKRaft;
        var answers = await brokers.ReadAsync(scope, isKRaft, cancellationToken).ConfigureAwait(false);
        var said = answers.Where(a => a.Value.Succeeded).ToDictionary(a => a.Key, a => a.Value.Value!);
        var errors = answers.Where(a => !a.Value.Succeeded).ToDictionary(a => a.Key, a => a.Value.Error!);
        if (said.Count == 0)
        {
            throw errors.Values.FirstOrDefault() ?? new KafkaException(ErrorCode.BrokerNotAvailable, "No broker is known.");
        }

        var reference = isKRaft
            ? Reference(said)
            : await new ZooKeeperReference(link!).ReadAsync(scope, cancellationToken).ConfigureAwait(false);
        var logs = scope is null ? KnownLogs() : await LogsAsync(scope, cancellationToken).ConfigureAwait(false);
        // in KRaft mode brokers answer configs from the same log as everything: there is nothing to compare them with
        var configs = isKRaft ? [] : scope is null ? KnownConfigs() : await ConfigsAsync(scope, cancellationToken).ConfigureAwait(false);
        return (new SaidByAll(reference, said, logs, configs), errors);
    }

    ReferenceSaid Reference(Dictionary<int, ClusterSaid> said)
    {
        // the same broker in both readings, or each would differ from itself
        newest = newest is { } known && said.ContainsKey(known) ? known : brokers.Newest(said.Keys);
        var reference = said[newest.Value];
        return new(reference) { Broker = newest, Names = reference.Topics.Keys.ToHashSet(StringComparer.Ordinal) };
    }

    Dictionary<(TopicPartition, int), long> KnownLogs() =>
        (current().LogDirs.Value?.Sizes ?? new Dictionary<ReplicaKey, ReplicaInfo>())
            .ToDictionary(s => (new TopicPartition(s.Key.Topic, s.Key.Partition), s.Key.Broker), s => s.Value.Bytes);

    async Task<Dictionary<(TopicPartition, int), long>> LogsAsync(IReadOnlySet<string> scope, CancellationToken cancellationToken)
    {
        var logs = new Dictionary<(TopicPartition, int), long>();
        var answers = await kafka.DescribeLogDirsAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (broker, answer) in answers.Where(a => a.Value.Succeeded))
        {
            foreach (var replica in answer.Value!.SelectMany(dir => dir.Replicas).Where(r => scope.Contains(r.Partition.Topic)))
            {
                logs[(replica.Partition, broker)] = replica.Size;
            }
        }

        return logs;
    }

    Dictionary<string, IReadOnlyDictionary<string, string?>> KnownConfigs() =>
        (current().TopicConfigs.Value?.ByTopic ?? []).ToDictionary(
            t => t.Key,
            t => (IReadOnlyDictionary<string, string?>)t.Value.Where(c => c.IsOverride).ToDictionary(c => c.Name, c => c.Value),
            StringComparer.Ordinal);

    async Task<Dictionary<string, IReadOnlyDictionary<string, string?>>> ConfigsAsync(
        IReadOnlySet<string> scope, CancellationToken cancellationToken)
    {
        ConfigResource[] asked =
            [.. scope.Order(StringComparer.Ordinal).Take(MostConfigs).Select(t => new ConfigResource(ConfigResourceType.Topic, t))];
        var answers = await kafka.DescribeConfigsAsync(asked, cancellationToken).ConfigureAwait(false);
        return answers.Where(a => a.Value.Succeeded).ToDictionary(
            a => a.Key.Name,
            a => (IReadOnlyDictionary<string, string?>)a.Value.Value!
                .Where(c => c.Source == ConfigSource.TopicConfig).ToDictionary(c => c.Name, c => c.Value),
            StringComparer.Ordinal);
    }
}
