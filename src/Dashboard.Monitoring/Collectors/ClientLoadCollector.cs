using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using Kafka.Protocol;
using Wire;

namespace Dashboard.Monitoring.Collectors;

/// <summary>What this program's clients do to the cluster: it asks only them, and no broker.</summary>
/// <param name="clients">They share the counts.</param>
sealed class ClientLoadCollector(CollectorContext context, RequestCounts counts, IReadOnlyList<KafkaCluster> clients) : Collector(context)
{
    static readonly TimeSpan every = TimeSpan.FromSeconds(5);
    static readonly TimeSpan span = TimeSpan.FromMinutes(1);

    /// <summary>Of the last minute, the oldest first.</summary>
    readonly Queue<(DateTimeOffset At, Dictionary<ApiKey, long> Totals)> samples = [];

    protected override TimeSpan Interval => every;

    protected override ErrorSource Source => ErrorSource.Kafka(Context.Options.Kafka ?? "");

    protected override Func<MonitorState, MonitorState> Failed(SectionError error) => state => state;

    protected override Task ReadAsync(CancellationToken cancellationToken)
    {
        var now = Context.Now;
        var totals = counts.Read().ToDictionary(one => one.Api, one => one.Count);
        while (samples.TryPeek(out var first) && now - first.At > span)
        {
            samples.Dequeue();
        }

        var load = new ClientLoad(
            [.. totals.Select(one => new ApiLoad(one.Key.ToString(), one.Value, Rate(one.Key, one.Value, now)))
                .OrderByDescending(api => api.PerSecond).ThenByDescending(api => api.Total).ThenBy(api => api.Api, StringComparer.Ordinal)],
            [.. Links().OrderBy(link => link.Broker ?? int.MaxValue).ThenBy(link => link.Address, StringComparer.Ordinal)]);
        // after the rates, which are against an older sample
        samples.Enqueue((now, totals));
        Context.Post(state => state with { Snapshot = state.Snapshot with { ClientLoad = state.Snapshot.ClientLoad.Read(load, now) } });
        return Task.CompletedTask;
    }

    double? Rate(ApiKey api, long total, DateTimeOffset now) =>
        samples.TryPeek(out var first) && now > first.At
            ? (total - first.Totals.GetValueOrDefault(api)) / (now - first.At).TotalSeconds
            : null;

    IEnumerable<LinkLoad> Links() => clients.SelectMany(client => client.Links())
        .GroupBy(link => (link.Host, link.Port))
        .Select(links =>
        {
            var worst = links.MaxBy(link => link.Failures)!;
            return new LinkLoad(
                worst.BrokerId,
                HostPort.Format(worst.Host, worst.Port),
                links.Sum(link => link.Connections),
                worst.Failures,
                worst.RetryIn,
                worst.Failure?.Message);
        });
}
