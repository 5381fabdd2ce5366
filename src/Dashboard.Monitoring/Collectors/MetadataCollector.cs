using System.Collections.Immutable;
using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Collectors;

/// <summary>Topics, partitions, leaders, ISR and brokers: one Metadata request for everything. In KRaft mode the controller comes from DescribeQuorum.</summary>
sealed class MetadataCollector(CollectorContext context, KafkaCluster kafka) : Collector(context)
{
    TopicTable? previous;

    protected override TimeSpan Interval => Context.Options.MetadataInterval;

    protected override string Source => $"Kafka at {Context.Options.Kafka}";

    protected override Func<MonitorState, MonitorState> Failed(SectionError error) => state => state with { Metadata = state.Metadata.Failed(error) };

    protected override async Task ReadAsync(CancellationToken cancellation)
    {
        var metadata = await kafka.MetadataAsync(null, cancellation).ConfigureAwait(false);
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
        Context.Post(state => state with { Metadata = state.Metadata.Read(reading, now) });
    }

    /// <summary>ZooKeeper's brokers do not offer DescribeQuorum; KRaft's name a random broker as controller in Metadata.</summary>
    async Task<(CoordinationMode Mode, int? Controller)> ControllerAsync(MetadataResponse metadata, CancellationToken cancellation)
    {
        if (metadata.Brokers.Count == 0)
        {
            return (CoordinationMode.Unknown, null);
        }

        var any = metadata.Brokers[0].NodeId;
        if (!await SupportsQuorumAsync(any, cancellation).ConfigureAwait(false))
        {
            return (CoordinationMode.ZooKeeper, metadata.ControllerId < 0 ? null : metadata.ControllerId);
        }

        try
        {
            var quorum = await kafka.SendToAnyAsync(
                new DescribeQuorumRequest
                {
                    Topics = [new() { TopicName = "__cluster_metadata", Partitions = [new() { PartitionIndex = 0 }] }],
                },
                cancellation).ConfigureAwait(false);
            var leader = quorum.Topics.SelectMany(t => t.Partitions).Select(p => p.LeaderId).FirstOrDefault(-1);
            return (CoordinationMode.KRaft, leader < 0 ? null : leader);
        }
        catch (KafkaException)
        {
            return (CoordinationMode.KRaft, Context.Current().Identity.Value?.ControllerId);
        }
    }

    async Task<bool> SupportsQuorumAsync(int broker, CancellationToken cancellation)
    {
        try
        {
            return await kafka.UseAsync(broker, (connection, _) => Task.FromResult(connection.Supports(ApiKey.DescribeQuorum)), cancellation).ConfigureAwait(false);
        }
        catch (KafkaException)
        {
            return Context.Current().Identity.Value?.Mode == CoordinationMode.KRaft;
        }
    }
}
