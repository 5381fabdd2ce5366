using System.Text.RegularExpressions;
using Kafka.Client.Security;
using Wire;

namespace Kafka.Client.Configuration;

/// <summary>
/// Reads the properties of Kafka's clients as people have them, a client.properties with Kafka's own names
/// (https://kafka.apache.org/documentation/#adminclientconfigs). Files that they name are read too, so that what is wrong with one is said
/// here and not with the first connection.
/// </summary>
public static partial class ClientProperties
{
    static readonly TimeSpan shortestIdle = TimeSpan.FromMinutes(1);
    static readonly string[] protocols = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"];

    /// <exception cref="ClientPropertiesException">A value is wrong, or asks for what is not possible.</exception>
    public static ClientConfiguration Read(IReadOnlyDictionary<string, string> properties) =>
        Read(new PropertyReader(properties.ToDictionary(pair => pair.Key, pair => new Property(pair.Key, pair.Value, 0)), file: null));

    /// <exception cref="ClientPropertiesException">The file cannot be read, or is not what it should be; names the line.</exception>
    public static ClientConfiguration ReadFile(string path)
    {
        try
        {
            var properties = new Dictionary<string, Property>();
            foreach (var property in Properties.Parse(Properties.ReadLines(path)))
            {
                properties[property.Key] = property; // as with Java, the last one counts
            }

            return Read(new PropertyReader(properties, path));
        }
        catch (PropertiesException e)
        {
            throw new ClientPropertiesException(CodedText.Of("AtLine", $"{path}:{e.Line}: {e.Told}"), key: null, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClientPropertiesException(CodedText.Of("FileUnread", $"{path} cannot be read: {e.Message}"), key: null, e);
        }
    }

    /// <summary>
    /// Of a key that is not set, the one of another client that was written for it, with what to write instead; null: there is none.
    /// </summary>
    public static CodedText? WrittenFor(string key, IEnumerable<KeyValuePair<string, string>> properties) =>
        new PropertyReader(properties.ToDictionary(pair => pair.Key, pair => new Property(pair.Key, pair.Value, 0)), file: null)
            .ForeignTwin(key);

    static ClientConfiguration Read(PropertyReader properties)
    {
        var warnings = new List<CodedText>();
        // first: a key that cannot work says more than the value that is missing because of it
        CheckKeys(properties, warnings);
        var protocol = properties.Text("security.protocol")?.ToUpperInvariant() ?? "PLAINTEXT";
        if (!protocols.Contains(protocol))
        {
            throw properties.Wrong(
                "security.protocol", CodedText.Of("PropNotOneOf", $"'{protocol}' is not one of {string.Join(", ", protocols)}"));
        }

        WarnOfUnused(properties, protocol, warnings);
        var security = new KafkaSecurity
        {
            Tls = protocol.EndsWith("SSL", StringComparison.Ordinal) ? TlsProperties.Read(properties, warnings) : null,
            Sasl = protocol.StartsWith("SASL", StringComparison.Ordinal) ? SaslProperties.Read(properties, warnings) : null,
        };
        return new ClientConfiguration(Options(properties, security), Bootstrap(properties), warnings);
    }

    static KafkaClientOptions Options(PropertyReader properties, KafkaSecurity security)
    {
        var usual = new KafkaClientOptions();
        return usual with
        {
            Security = security,
            ClientId = properties.Text("client.id") ?? usual.ClientId,
            DnsLookup = properties.Text("client.dns.lookup") switch
            {
                null or "use_all_dns_ips" => DnsLookup.UseAllAddresses,
                "resolve_canonical_bootstrap_servers_only" => DnsLookup.ResolveCanonicalBootstrapServers,
                var other => throw properties.Wrong(
                    "client.dns.lookup",
                    CodedText.Of(
                        "PropNeither",
                        $"'{other}' is neither {"use_all_dns_ips"} nor {"resolve_canonical_bootstrap_servers_only"}")),
            },
            RequestTimeout = properties.Milliseconds("request.timeout.ms") ?? usual.RequestTimeout,
            OperationTimeout = properties.Milliseconds("default.api.timeout.ms") ?? usual.OperationTimeout,
            ConnectTimeout = properties.Milliseconds("socket.connection.setup.timeout.ms") ?? usual.ConnectTimeout,
            ReconnectBackoff = properties.Milliseconds("reconnect.backoff.ms") ?? usual.ReconnectBackoff,
            MaxReconnectBackoff = properties.Milliseconds("reconnect.backoff.max.ms") ?? usual.MaxReconnectBackoff,
            IdleTimeout = properties.Milliseconds("connections.max.idle.ms", orNever: true) is { } idle ? Idle(idle) : usual.IdleTimeout,
        };
    }

    /// <summary>A connection on which an answer is waited for is idle too: a shorter time would cut calls off.</summary>
    static TimeSpan Idle(TimeSpan given) => given == Timeout.InfiniteTimeSpan || given > shortestIdle ? given : shortestIdle;

    static string? Bootstrap(PropertyReader properties)
    {
        if (properties.Text("bootstrap.servers") is not { } servers)
        {
            return null;
        }

        try
        {
            KafkaCluster.ParseBootstrap(servers);
            return servers;
        }
        catch (CodedFormatException e)
        {
            throw properties.Passed("bootstrap.servers", e);
        }
    }

    static void CheckKeys(PropertyReader properties, List<CodedText> warnings)
    {
        foreach (var property in properties.All)
        {
            if (!ClientPropertyKeys.All.TryGetValue(property.Key, out var known))
            {
                warnings.Add(properties.Warning(
                    property.Key,
                    ForeignKeys.Hint(property.Key)
                        ?? CodedText.Of("PropUnknown", $"is no setting of Kafka's clients and changes nothing")));
            }
            else if (known.Role == PropertyRole.Refused)
            {
                throw properties.Wrong(property.Key, SaslProperties.InsteadOf(property.Trimmed) ?? known.Words!);
            }
            else if (known.Role == PropertyRole.Warned)
            {
                warnings.Add(properties.Warning(property.Key, known.Words!));
            }
            // only where it would be used: any other value may contain ${…} and harm nothing
            else if (known.Role == PropertyRole.Honoured && OfProvider().IsMatch(property.Value))
            {
                throw properties.Wrong(
                    property.Key,
                    CodedText.Of(
                        "PropProvider",
                        $"a config provider would have to fill it in ({"${…}"}), and none is run here; put the value itself here"));
            }
        }
    }

    /// <summary>The most common slip: everything is there but the protocol that uses it.</summary>
    static void WarnOfUnused(PropertyReader properties, string protocol, List<CodedText> warnings)
    {
        (string Key, string Part)[] usual =
            [("sasl.jaas.config", "SASL"), ("ssl.truststore.location", "SSL"), ("ssl.keystore.location", "SSL")];
        foreach (var (key, part) in usual)
        {
            if (properties.Has(key) && !protocol.Contains(part, StringComparison.Ordinal))
            {
                warnings.Add(properties.Warning(
                    key, CodedText.Of("PropUnused", $"changes nothing with security.protocol={protocol}")));
            }
        }
    }

    /// <summary>${provider:path:key} of KIP-297.</summary>
    [GeneratedRegex(@"\$\{[^}:]+:[^}]*\}")]
    private static partial Regex OfProvider();
}
