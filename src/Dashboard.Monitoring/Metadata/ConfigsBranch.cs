using System.Globalization;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Metadata;

/// <summary>
/// What was set at run time, of topics and of brokers: that is what metadata keeps; server.properties and defaults are not in it. Values of
/// sensitive ones are null, as Kafka tells them.
/// </summary>
sealed class ConfigsBranch(KafkaCluster kafka, Func<ClusterSnapshot> current) : IMetadataBranch
{
    /// <summary>The name of what is set for all brokers.</summary>
    const string Default = "<default>";

    public string Name => "configs";

    public Task<MetadataNode> ReadAsync(CancellationToken cancellationToken) =>
        Task.FromResult(MetadataNode.Of(null, [KeyValuePair.Create("topics", Topics()), KeyValuePair.Create("brokers", Brokers())]));

    MetadataNode Topics()
    {
        var section = current().TopicConfigs;
        var set = (section.Value?.ByTopic ?? [])
            .Select(t => KeyValuePair.Create(t.Key, t.Value.Where(c => c.IsOverride).ToDictionary(c => c.Name, c => c.Value)))
            .Where(t => t.Value.Count > 0)
            .OrderBy(t => t.Key, StringComparer.Ordinal);
        return MetadataNode.Of(null, set.Select(t => KeyValuePair.Create(t.Key, new MetadataNode(t.Value)))) with { Error = section.Error };
    }

    MetadataNode Brokers()
    {
        var ids = (current().Brokers.Value?.Brokers ?? []).Select(b => b.Id.ToString(CultureInfo.InvariantCulture)).ToList();
        return new MetadataNode(null)
        {
            // brokers are asked only when opened: each works out all its configs for it
            Children = [new(Default, 0), .. ids.Select(id => new MetadataChild(id, 0))],
            FindAsync = async (name, cancellationToken) => name == Default || ids.Contains(name)
                ? await BrokerAsync(name, cancellationToken).ConfigureAwait(false)
                : null,
        };
    }

    async Task<MetadataNode> BrokerAsync(string name, CancellationToken cancellationToken)
    {
        var resource = new ConfigResource(ConfigResourceType.Broker, name == Default ? "" : name);
        var wanted = name == Default ? ConfigSource.DynamicDefaultBrokerConfig : ConfigSource.DynamicBrokerConfig;
        var answers = await kafka.DescribeConfigsAsync([resource], cancellationToken).ConfigureAwait(false);
        return new MetadataNode(answers[resource].Require().Where(c => c.Source == wanted).ToDictionary(c => c.Name, c => c.Value));
    }
}
