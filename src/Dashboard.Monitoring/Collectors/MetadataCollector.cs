using System.Collections.Immutable;
using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Collectors;

/// <summary>Topics, partitions, leaders, ISR and brokers: one Metadata request for everything. In KRaft mode the controller comes from DescribeQuorum.</summary>
sealed class MetadataCollector(CollectorContext context, KafkaCluster kafka) : Collector(context)
{
    static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(1);

    TopicTable? previous;

    protected override TimeSpan Interval => Context.Options.MetadataInterval;

    protected override string Source => $"Kafka at {Context.Options.Kafka}";

    protected override Func<MonitorState, MonitorState> Failed(SectionError error) => state => state with { Metadata = state.Metadata.Failed(error) };

    protected override async Task ReadAsync(CancellationToken cancellation)
    {
        var metadata = await kafka.MetadataAsync(null, cancellation).ConfigureAwait(false);
        if (metadata.Topics.Count == 0 && previous is not { Topics.Length: 0 })
        {
            // a new controller tells brokers of each other first, of the topics a moment later: what is not listed need not be gone
            await Task.Delay(SecondLook, Context.Time, cancellation).ConfigureAwait(false);
            metadata = await kafka.MetadataAsync(null, cancellation).ConfigureAwait(false);
        }
        if (metadata.Brokers.Count == 0)
        {
            throw new KafkaException(ErrorCode.BrokerNotAvailable, "No controller has told it the cluster's state yet.");
        }

        var topics = TopicTables.From(metadata, previous);
        previous = topics;
        var (mode, controller) = await ControllerAsync(metadata, cancellation).ConfigureAwait(false);
        var reading = new MetadataReading(
            metadata.ClusterId,
            controller,
            mode,
            [.. metadata.Brokers.Select(b => new BrokerEndpoint(b.NodeId, b.Host, b.Port, b.Rack)).OrderBy(b => b.Id)],
            topics);
        var now = Context.Now;
        Context.Post(state => state with { Metadata = state.Metadata.Read(state.Metadata.Value is { } old && Same(old, reading) ? old : reading, now) });
    }

    /// <summary>ZooKeeper's brokers do not offer DescribeQuorum; KRaft's name a random broker as controller in Metadata.</summary>
    async Task<(CoordinationMode Mode, int? Controller)> ControllerAsync(MetadataResponse metadata, CancellationToken cancellation)
    {
        try
        {
            return await kafka.DescribeQuorumAsync(cancellation).ConfigureAwait(false) is { } quorum
                ? (CoordinationMode.KRaft, Known(quorum.LeaderId))
                : (CoordinationMode.ZooKeeper, Known(metadata.ControllerId));
        }
        catch (KafkaException)
        {
            var before = Context.Current().Identity.Value;
            return (before?.Mode ?? CoordinationMode.Unknown, before?.ControllerId);
        }
    }

    static bool Same(MetadataReading old, MetadataReading now) =>
        ReferenceEquals(old.Topics, now.Topics) && old.Brokers.AsSpan().SequenceEqual(now.Brokers.AsSpan()) && old with { Brokers = now.Brokers } == now;

    static int? Known(int id) => id < 0 ? null : id;
}
