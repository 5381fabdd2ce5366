using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using Kafka.Client.Trial;

namespace Dashboard.Monitoring.Collectors;

/// <summary>
/// Which release each broker is. Asked once a minute, and when brokers come: they are restarted one after the other when they are brought
/// up to a new one. Of a broker that does not answer the last answer stays.
/// </summary>
sealed class VersionCollector(CollectorContext context, KafkaCluster kafka) : Collector(context)
{
    protected override TimeSpan Interval => Context.Options.ConfigInterval;

    protected override ErrorSource Source => ErrorSource.Kafka(Context.Options.Kafka ?? "");

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var brokers = kafka.View.Brokers;
        if (brokers.Count == 0)
        {
            return;
        }

        var answers = await kafka.SendToAllAsync(_ => KafkaRelease.Question, cancellationToken).ConfigureAwait(false);
        var told = answers.Where(a => a.Value is { Succeeded: true, Value.ErrorCode: 0 })
            .ToDictionary(a => a.Key, a => KafkaRelease.Of(a.Value.Require()));
        Context.Post(state => state with { Releases = Joined(state.Releases, told, [.. brokers.Keys]) });
    }

    /// <summary>Where this cannot be read, metadata cannot be read either, and that tier reports it.</summary>
    protected override Func<MonitorState, MonitorState> Failed(SectionError error) => state => state;

    static ImmutableDictionary<int, string> Joined(
        ImmutableDictionary<int, string> known, Dictionary<int, string> told, HashSet<int> brokers)
    {
        var joined = known.RemoveRange(known.Keys.Where(id => !brokers.Contains(id))).SetItems(told);
        // the same reference when nothing changed, or every minute would make a new snapshot of everything
        return joined.Count == known.Count && joined.All(one => known.TryGetValue(one.Key, out var before) && before == one.Value)
            ? known
            : joined;
    }
}
