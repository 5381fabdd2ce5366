using Confluent.Kafka;
using Dashboard.Monitoring;
using Wire.Security;

namespace Dashboard.Messages.Producing;

/// <summary>
/// From a cluster's definition, which has Java's names, to librdkafka's: plaintext, TLS and mutual TLS, SASL PLAIN and SCRAM. What else a
/// definition has that decides whom it connects to, or as whom, is refused by name rather than passed over.
/// </summary>
public static class ProducerProperties
{
    /// <summary>The topic's limit, and the broker's, decide; beyond this the client does not try.</summary>
    const int MostBytes = 64 << 20;

    /// <summary>The same in both, but for the name.</summary>
    static readonly Dictionary<string, string> names = new()
    {
        ["security.protocol"] = "security.protocol",
        ["sasl.mechanism"] = "sasl.mechanism",
    };

    /// <exception cref="InvalidOperationException">It has no Kafka, or a property that has no counterpart here.</exception>
    public static Dictionary<string, string> Of(ClusterMonitorOptions cluster)
    {
        var servers = cluster.HostedBrokers?.Invoke() ?? cluster.Kafka
            ?? throw new InvalidOperationException($"{cluster.Id} has no Kafka.");
        var config = new Dictionary<string, string> { ["bootstrap.servers"] = servers };
        if (cluster.AddressMap.Count > 0)
        {
            throw new InvalidOperationException($"{cluster.Id} is reached through an address map: records cannot be written there.");
        }

        AddStores(cluster, config);
        foreach (var (key, value) in cluster.Properties.Where(p => DecidesWho(p.Key) && !ProducerStores.IsOne(p.Key)))
        {
            if (names.TryGetValue(key, out var name))
            {
                config[name] = value;
            }
            else if (key == "sasl.jaas.config" && JaasEntry.Parse(value) is { ModuleName: "PlainLoginModule" or "ScramLoginModule" } login)
            {
                config["sasl.username"] = login.Options["username"];
                config["sasl.password"] = login.Options["password"];
            }
            else if (key == "ssl.endpoint.identification.algorithm" && value.Trim().ToLowerInvariant() is "" or "https")
            {
                // empty turns it off with Java, and is no value here
                config[key] = value.Trim().Length == 0 ? "none" : "https";
            }
            // refused, not left out: without it the client would be someone else, or trust anyone
            else
            {
                throw new InvalidOperationException($"{cluster.Id} has {key}: with it records cannot be written there.");
            }
        }

        return config;
    }

    /// <summary>What holds for every producer of this program.</summary>
    /// <param name="properties">Of <see cref="Of"/>.</param>
    /// <param name="patience">What no leader took within this is given up.</param>
    public static ProducerConfig Config(Dictionary<string, string> properties, string clientId, TimeSpan patience) => new(properties)
    {
        ClientId = clientId,
        MessageTimeoutMs = (int)patience.TotalMilliseconds,
        MessageMaxBytes = MostBytes,
        // a typing error must not make a topic
        AllowAutoCreateTopics = false,
    };

    static void AddStores(ClusterMonitorOptions cluster, Dictionary<string, string> config)
    {
        if (cluster.Properties.GetValueOrDefault("security.protocol")?.EndsWith("SSL", StringComparison.OrdinalIgnoreCase) != true)
        {
            return;
        }

        try
        {
            foreach (var (key, value) in ProducerStores.Of(cluster.Properties).Where(one => one.Value is not null))
            {
                config[key] = value!;
            }
        }
        catch (TlsException e)
        {
            throw new InvalidOperationException($"{cluster.Id}: {e.Message}", e);
        }
    }

    static bool DecidesWho(string key) =>
        key.StartsWith("ssl.", StringComparison.Ordinal) || key.StartsWith("sasl.", StringComparison.Ordinal) || names.ContainsKey(key);
}
