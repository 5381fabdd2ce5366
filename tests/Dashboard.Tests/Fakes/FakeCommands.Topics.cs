using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;

namespace Dashboard.Tests.Fakes;

public sealed partial class FakeCommands
{
    ImmutableDictionary<(string Topic, string Name), string> own = ImmutableDictionary<(string, string), string>.Empty;

    /// <summary>The last purge that was run.</summary>
    public PurgeRecords? Purged { get; private set; }

    /// <summary>What a topic that is made anew comes to; null: it is there again.</summary>
    public CommandResult? Recreated { get; set; }

    /// <summary>What somebody sets elsewhere.</summary>
    public void SetElsewhere(string topic, string name, string value) => own = own.SetItem((topic, name), value);

    public Task<AlterTopicConfigsPlan> PlanAsync(AlterTopicConfigs command, CancellationToken cancellation)
    {
        var current = Settings(command.Topic);
        var changes = command.Set.Select(one => (one.Key, Value: (string?)one.Value))
            .Concat(command.Remove.Select(key => (Key: key, Value: (string?)null)))
            .OrderBy(one => one.Key, StringComparer.Ordinal)
            .Select(one =>
            {
                var setting = current.FirstOrDefault(s => s.Name == one.Key);
                ConfigUnits.TryRead(one.Key, one.Value ?? "", out var value);
                var to = one.Value is null ? setting?.Fallback : new ConfigValue(value, ConfigValue.OfTopic);
                ImmutableArray<PlanNote> notes = one.Key == "retention.ms" && value == "1000"
                    ? [new(Severity.Bad, "RecordsExpire", ["812", "4200000", "1767268800000", "900"])]
                    : [];
                return new PlannedConfig(one.Key, setting?.InForce ?? new(null, "UNKNOWN"), to ?? new(null, "UNKNOWN"), notes);
            }).ToImmutableArray();
        var refusals = changes.Where(c => c.Name == "min.cleanable.dirty.ratio"
                && double.TryParse(c.To.Value, CultureInfo.InvariantCulture, out var ratio) && ratio > 1)
            .Select(c => new Refusal(
                ErrorCode.InvalidConfig,
                $"Invalid value {c.To.Value} for configuration {c.Name}: Value must be no more than 1",
                c.Name));
        var set = changes.Where(c => command.Set.ContainsKey(c.Name)).ToImmutableDictionary(c => c.Name, c => c.To.Value!);
        var read = command with { Set = set };
        return Task.FromResult(new AlterTopicConfigsPlan(read, changes)
        {
            Current = current,
            Refusals = [.. refusals],
            Notes = [.. changes.SelectMany(c => c.Notes)],
            AsOf = time.GetUtcNow(),
        });
    }

    public Task<AddPartitionsPlan> PlanAsync(AddPartitions command, CancellationToken cancellation)
    {
        var snapshot = cluster.Snapshot();
        var before = snapshot.Topics.Value!.Find(command.Topic)?.Partitions.Length;
        var up = snapshot.Brokers.Value!.Brokers.Where(b => b.State == BrokerState.Up).Select(b => b.Id).ToArray();
        ImmutableArray<Refusal> refusals = command.Count > before
            ? []
            : [new(ErrorCode.InvalidPartitions, $"Topic already has {before} partitions.", command.Topic)];
        var placement = Enumerable.Range(before ?? 0, refusals.Length > 0 ? 0 : command.Count - (before ?? 0))
            .ToImmutableSortedDictionary(p => p, p => FakeCluster.Spread(up, p, 1));
        return Task.FromResult(new AddPartitionsPlan(command with { Assignment = placement.ToImmutableDictionary() }, before, placement)
        {
            Refusals = refusals,
            Notes = [new(Severity.Warning, "KeysMove", [])],
            AsOf = time.GetUtcNow(),
        });
    }

    public Task<PurgeRecordsPlan> PlanAsync(PurgeRecords command, CancellationToken cancellation)
    {
        var topic = cluster.Snapshot().Topics.Value!.Find(command.Topic);
        var partitions = (topic?.Partitions ?? []).Select(p => new PlannedPurge(p.Partition, 10, 110, 100, 5000)).ToImmutableArray();
        var offsets = partitions.ToImmutableDictionary(p => p.Partition, p => p.To);
        return Task.FromResult(new PurgeRecordsPlan(
            command with { Before = null, Offsets = offsets }, partitions, partitions.Sum(p => p.Records), partitions.Sum(p => p.Bytes),
            [new("billing", 40)])
        {
            Notes = [new(Severity.Bad, "UnreadPurged", ["1"])],
            AsOf = time.GetUtcNow(),
        });
    }

    public Task<RecreateTopicPlan> PlanAsync(RecreateTopic command, CancellationToken cancellation)
    {
        var topic = cluster.Snapshot().Topics.Value!.Find(command.Name);
        var again = topic is null ? null : new CreateTopic(
            command.Name, null, null, topic.Partitions.ToImmutableDictionary(p => p.Partition, p => p.Replicas),
            ImmutableDictionary<string, string>.Empty.Add("retention.ms", "86400000"));
        ImmutableArray<Refusal> refusals =
            again is null ? [new(ErrorCode.UnknownTopicOrPartition, $"There is no topic or partition {command.Name}.", command.Name)] : [];
        return Task.FromResult(new RecreateTopicPlan(command, again, topic?.TopicId, 812, 40_000, [new("billing", 2, 3)])
        {
            Refusals = refusals,
            Notes = [new(Severity.Warning, "ClientsMeanwhile", [])],
            AsOf = time.GetUtcNow(),
        });
    }

    void Alter(AlterTopicConfigs command)
    {
        foreach (var (name, text) in command.Set)
        {
            ConfigUnits.TryRead(name, text, out var value);
            own = own.SetItem((command.Topic, name), value);
        }
        own = own.RemoveRange(command.Remove.Select(name => (command.Topic, name)));
    }

    ImmutableArray<TopicSetting> Settings(string topic) =>
    [
        .. (cluster.Snapshot().TopicConfigs.Value?.Of(topic) ?? []).Select(config =>
        {
            var fallback = new ConfigValue(config.IsOverride ? "604800000" : config.Value, "DEFAULT_CONFIG");
            var value = own.TryGetValue((topic, config.Name), out var set) ? new ConfigValue(set, ConfigValue.OfTopic)
                : new ConfigValue(config.Value, config.Source);
            return new TopicSetting(config.Name, value, fallback, config.IsReadOnly, config.IsSensitive, []);
        }),
    ];
}
