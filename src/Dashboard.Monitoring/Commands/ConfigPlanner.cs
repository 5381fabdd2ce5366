using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Commands;

/// <summary>
/// IncrementalAlterConfigs (KIP-339) of a topic. The plan is checked by Kafka (validate only): what it refuses stands at its key.
/// </summary>
static class ConfigPlanner
{
    public static async Task<AlterTopicConfigsPlan> PlanAsync(
        AlterTopicConfigs command, ClusterSnapshot snapshot, Func<KafkaCluster> kafka, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var (set, faults) = ConfigUnits.Read(command.Set);
        var planned = command with { Set = set };
        var unread = new AlterTopicConfigsPlan(planned, []) { Refusals = faults, AsOf = time.GetUtcNow() };
        ImmutableArray<TopicSetting> current;
        try
        {
            current = await TopicSettings.ReadAsync(kafka(), command.Topic, snapshot.TopicConfigs.Value, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (KafkaException e)
        {
            return unread with { Refusals = [.. faults, Refusal.Of(e, command.Topic)] };
        }

        // the rest is checked all the same: people mend all faults at once
        var valid = planned with { Set = set.RemoveRange(faults.Select(fault => fault.Subject!)) };
        var changes = Changes(valid, current);
        // Kafka checks while the effects are read
        var checks = CheckAsync(valid, kafka(), cancellationToken);
        changes = await new ConfigEffects(command.Topic, current, changes, snapshot, kafka(), time)
            .AddAsync(cancellationToken).ConfigureAwait(false);
        var refusals = await checks.ConfigureAwait(false);
        ImmutableArray<PlanNote> nothing = faults.Length == 0 && changes.All(c => !c.Changes)
            ? [new PlanNote(Severity.Ok, "NothingChanges", [])]
            : [];
        return new AlterTopicConfigsPlan(planned, changes)
        {
            Current = current,
            Refusals = [.. faults, .. MeanwhileChanged(valid, current), .. refusals],
            Notes = [.. nothing, .. changes.SelectMany(change => change.Notes)],
            AsOf = time.GetUtcNow(),
        };
    }

    /// <summary>Reads what the topic sets now: for the audit log, and to see whether it was changed meanwhile.</summary>
    public static async Task<Sending> PrepareAsync(AlterTopicConfigs command, ClusterSnapshot snapshot, KafkaCluster kafka)
    {
        var (set, faults) = ConfigUnits.Read(command.Set);
        command = command with { Set = set };
        var current = await TopicSettings.ReadAsync(kafka, command.Topic, snapshot.TopicConfigs.Value, CancellationToken.None)
            .ConfigureAwait(false);
        if (faults.AddRange(MeanwhileChanged(command, current)) is { Length: > 0 } refused)
        {
            throw new KafkaException(ErrorCode.InvalidConfig, string.Join(' ', refused.Select(fault => fault.Message)));
        }

        var changes = Changes(command, current);
        return new Sending([command.Topic], SendAsync, LookUpAsync)
        {
            Before = string.Join(", ", changes.Select(c => $"{c.Name}={Shown(c.From)}")),
            After = string.Join(", ", changes.Select(c => $"{c.Name}={Shown(c.To)}")),
        };

        async Task<IReadOnlyDictionary<string, KafkaException?>> SendAsync() => new Dictionary<string, KafkaException?>
        {
            [command.Topic] = await AskAsync(kafka, command.Topic, Operations(command), validateOnly: false, CancellationToken.None)
                .ConfigureAwait(false),
        };

        async Task<IReadOnlyList<Sighting>> LookUpAsync(IReadOnlySet<string> subjects, CancellationToken cancellationToken)
        {
            var now = await TopicSettings.ReadAsync(kafka, command.Topic, null, cancellationToken).ConfigureAwait(false);
            // a removed key has neither an own value nor a wanted one: null equals null
            var open = Operations(command).Where(one => Own(now, one.Name) != one.Value).Select(one => one.Name).ToList();
            return [open.Count == 0 ? Sighting.ConfigsSet(command.Topic) : Sighting.ConfigsUnset(command.Topic, string.Join(", ", open))];
        }
    }

    /// <summary>One a key. Where the topic's own goes, what the brokers say comes in force.</summary>
    static ImmutableArray<PlannedConfig> Changes(AlterTopicConfigs command, ImmutableArray<TopicSetting> current) =>
    [
        .. Operations(command).Select(one =>
        {
            var setting = current.FirstOrDefault(s => s.Name == one.Name);
            var from = setting?.InForce ?? new ConfigValue(null, "UNKNOWN");
            var to = one.Value is { } value
                ? new ConfigValue(value, ConfigValue.OfTopic)
                : setting is { IsOverride: false } ? from : setting?.Fallback ?? new ConfigValue(null, "UNKNOWN");
            return new PlannedConfig(one.Name, from, to, []);
        }),
    ];

    static IEnumerable<ConfigChange> Operations(AlterTopicConfigs command) =>
        command.Set.Select(one => new ConfigChange(one.Key, ConfigOperation.Set, one.Value))
            // Kafka refuses a key that comes twice; set wins
            .Concat(command.Remove.Distinct().Where(key => !command.Set.ContainsKey(key))
                .Select(key => new ConfigChange(key, ConfigOperation.Delete, null)))
            .OrderBy(change => change.Name, StringComparer.Ordinal);

    /// <summary>What Kafka says of all together; where it refuses, of each alone, so that the refusal stands at its key.</summary>
    static async Task<IEnumerable<Refusal>> CheckAsync(AlterTopicConfigs command, KafkaCluster kafka, CancellationToken cancellationToken)
    {
        ConfigChange[] changes = [.. Operations(command)];
        if (changes.Length == 0 || await TryAsync(changes).ConfigureAwait(false) is not { } together)
        {
            return [];
        }

        // these alone are about values: of any other each single question would be refused alike
        if (together.Code is not (ErrorCode.InvalidConfig or ErrorCode.InvalidRequest or ErrorCode.PolicyViolation))
        {
            return [Refusal.Of(together, command.Topic)];
        }

        var alone = await Task.WhenAll(changes.Select(async change => (change.Name, Error: await TryAsync([change]).ConfigureAwait(false))))
            .ConfigureAwait(false);
        var refused = alone.Where(one => one.Error is not null).Select(one => Refusal.Of(one.Error!, one.Name)).ToList();
        return refused.Count > 0 ? refused : [Refusal.Of(together, Named(together, changes) ?? command.Topic)];

        Task<KafkaException?> TryAsync(IReadOnlyList<ConfigChange> some) =>
            AskAsync(kafka, command.Topic, some, validateOnly: true, cancellationToken);
    }

    /// <summary>The key that a refusal of several names; the longest, since one may begin another.</summary>
    static string? Named(KafkaException refusal, IEnumerable<ConfigChange> changes) =>
        changes.Select(change => change.Name).Where(name => refusal.Detail.Contains(name, StringComparison.Ordinal))
            .MaxBy(name => name.Length);

    static async Task<KafkaException?> AskAsync(
        KafkaCluster kafka, string topic, IEnumerable<ConfigChange> changes, bool validateOnly, CancellationToken cancellationToken)
    {
        var resource = new ConfigResource(ConfigResourceType.Topic, topic);
        try
        {
            var asked = new Dictionary<ConfigResource, IReadOnlyList<ConfigChange>> { [resource] = [.. changes] };
            return (await kafka.AlterConfigsAsync(asked, validateOnly, cancellationToken).ConfigureAwait(false))[resource];
        }
        catch (KafkaException e) when (validateOnly)
        {
            return e;
        }
    }

    static IEnumerable<Refusal> MeanwhileChanged(AlterTopicConfigs command, ImmutableArray<TopicSetting> current) =>
        from change in Operations(command)
        where command.Seen.TryGetValue(change.Name, out var seen) && Own(current, change.Name) != seen
        let now = Own(current, change.Name)
        let words = now is null ? "the topic does not set it any longer" : $"it is {now} now"
        select new Refusal(ErrorCode.InvalidConfig, $"{change.Name} was changed meanwhile: {words}.", change.Name)
        {
            Code = AlterTopicConfigs.ChangedCode,
        };

    static string? Own(ImmutableArray<TopicSetting> settings, string name) => settings.FirstOrDefault(s => s.Name == name)?.Own;

    static string Shown(ConfigValue value) =>
        (value.Value ?? "unknown") + (value.Source == ConfigValue.OfTopic ? "" : $" ({value.Source})");
}
