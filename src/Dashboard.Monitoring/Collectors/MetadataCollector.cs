using System.Collections.Immutable;
using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Collectors;

/// <summary>Topics, partitions, leaders, ISR and brokers: one Metadata request for everything.</summary>
sealed class MetadataCollector(CollectorContext context, KafkaCluster kafka) : Collector(context)
{
    TopicTable? previous;

    /// <summary>
    /// What was there and is not in the last answer is looked for again soon: the broker that answered may not have received everything
    /// from the controller yet.
    /// </summary>
    bool IsShort =>
        previous is { } last
        && (Context.Current().Topics.Value is not { } shown ? last.Topics.Length == 0 : shown.Topics.Length > last.Topics.Length);

    protected override TimeSpan Interval => IsShort ? TopicPresence.Confirmation / 4 : Context.Options.MetadataInterval;

    protected override ErrorSource Source => ErrorSource.Kafka(Context.Options.Kafka ?? "");

    protected override Func<MonitorState, MonitorState> Failed(SectionError error) =>
        state => state with { Metadata = state.Metadata.Failed(error) };

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var metadata = await kafka.MetadataAsync(null, cancellationToken).ConfigureAwait(false);
        if (metadata.Brokers.Count == 0)
        {
            throw new KafkaException(
                ErrorCode.BrokerNotAvailable, "The broker has not received the cluster's metadata from the controller yet.");
        }

        var topics = TopicTables.From(metadata, previous);
        // of the last answer, not of what is shown: an unchanged topic keeps its reference from answer to answer
        previous = topics;
        var reading = new MetadataReading(
            metadata.ClusterId,
            Known(metadata.ControllerId),
            [.. metadata.Brokers.Select(b => new BrokerAddress(b.NodeId, b.Host, b.Port, b.Rack)).OrderBy(b => b.Id)],
            topics);
        var now = Context.Now;
        Context.Post(state => state with
        {
            // the same reference for the same content: what depends on it is then not worked out again
            Metadata = state.Metadata.Read(state.Metadata.Value is { } old && Same(old, reading) ? old : reading, now),
        });
    }

    static bool Same(MetadataReading old, MetadataReading now) =>
        ReferenceEquals(old.Topics, now.Topics)
        && old.Brokers.AsSpan().SequenceEqual(now.Brokers.AsSpan())
        && old with { Brokers = now.Brokers } == now;

    static int? Known(int id) => id < 0 ? null : id;
}
