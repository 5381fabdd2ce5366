using System.Collections.Frozen;
using Wire;

namespace Kafka.Client.Configuration;

/// <summary>
/// Keys that are no setting of Kafka's clients, and that people have at hand all the same: of librdkafka, of frameworks that put a prefix
/// before Kafka's own names (Spring Boot, Quarkus, Kafka Connect, Spark), of Confluent's schema registry. Each is a warning that says what
/// to write instead.
/// </summary>
static class ForeignKeys
{
    static readonly CodedText keyFile = CodedText.Of(
        "KeyFile", $"{"ssl.keystore.type=PEM"} and {"ssl.keystore.location"}, a file with key and certificates");

    /// <summary>Of librdkafka: what Kafka's own names for the same are.</summary>
    static readonly FrozenDictionary<string, CodedText> librdkafka = new Dictionary<string, CodedText>
    {
        ["metadata.broker.list"] = "bootstrap.servers",
        ["sasl.mechanisms"] = "sasl.mechanism",
        ["sasl.username"] = With("sasl.jaas.config", "username=\"…\""),
        ["sasl.password"] = With("sasl.jaas.config", "password=\"…\""),
        ["sasl.oauthbearer.client.id"] = "sasl.oauthbearer.client.credentials.client.id",
        ["sasl.oauthbearer.client.secret"] = "sasl.oauthbearer.client.credentials.client.secret",
        ["sasl.kerberos.keytab"] = CodedText.Of("KeyEnvironment", $"the environment variable {"KRB5_CLIENT_KTNAME"}"),
        ["ssl.ca.location"] = And("ssl.truststore.type=PEM", "ssl.truststore.location"),
        ["ssl.ca.pem"] = And("ssl.truststore.type=PEM", "ssl.truststore.certificates"),
        ["ssl.certificate.location"] = keyFile,
        ["ssl.certificate.pem"] = And("ssl.keystore.type=PEM", "ssl.keystore.certificate.chain"),
        ["ssl.key.location"] = keyFile,
        ["ssl.key.pem"] = And("ssl.keystore.type=PEM", "ssl.keystore.key"),
        ["enable.ssl.certificate.verification"] = CodedText.Of("KeyAlways", $"nothing: certificates are always verified"),
    }.ToFrozenDictionary();

    /// <summary>Of Spring Boot's own kind, below spring.kafka (KafkaProperties): where they are not Kafka's with hyphens.</summary>
    static readonly FrozenDictionary<string, CodedText> spring = new Dictionary<string, CodedText>
    {
        ["ssl.trust.store.location"] = "ssl.truststore.location",
        ["ssl.trust.store.password"] = "ssl.truststore.password",
        ["ssl.trust.store.type"] = "ssl.truststore.type",
        ["ssl.trust.store.certificates"] = "ssl.truststore.certificates",
        ["ssl.key.store.location"] = "ssl.keystore.location",
        ["ssl.key.store.password"] = "ssl.keystore.password",
        ["ssl.key.store.type"] = "ssl.keystore.type",
        ["ssl.key.store.key"] = "ssl.keystore.key",
        ["ssl.key.store.certificate.chain"] = "ssl.keystore.certificate.chain",
        ["jaas.options.username"] = With("sasl.jaas.config", "username=\"…\""),
        ["jaas.options.password"] = With("sasl.jaas.config", "password=\"…\""),
        ["jaas.login.module"] = "sasl.jaas.config",
    }.ToFrozenDictionary();

    /// <summary>Prefixes of Kafka's own names, the longest first.</summary>
    static readonly string[] prefixes =
    [
        "spring.cloud.stream.kafka.binder.configuration.", "mp.messaging.connector.smallrye-kafka.", "spring.kafka.properties.",
        "spring.kafka.consumer.properties.", "spring.kafka.producer.properties.", "spring.kafka.admin.properties.",
        "spring.kafka.consumer.", "spring.kafka.producer.", "spring.kafka.admin.", "spring.kafka.", "consumer.override.",
        "producer.override.", "admin.override.", "main.consumer.", "restore.consumer.", "consumer.", "producer.", "admin.", "kafka.",
    ];

    static readonly string[] registries =
        ["schema.registry.", "basic.auth.", "bearer.auth.", "auto.register.schemas", "use.latest.version"];

    /// <summary>One sentence without its full stop, behind the key's place; null for a key that no known client uses.</summary>
    internal static CodedText? Hint(string key) =>
        librdkafka.TryGetValue(key, out var ours) ? CodedText.Of(
                "PropLibrdkafka", $"is a setting of librdkafka and changes nothing; Kafka's own for it is {ours}")
        : registries.Any(one => key.StartsWith(one, StringComparison.Ordinal))
            ? CodedText.Of(
                "PropRegistry",
                $"is for a schema registry and changes nothing here; a cluster's registry is a setting of its own "
                + $"(schemaRegistry: in YAML)")
        : Meant(key) is { } meant ? CodedText.Of("PropPrefix", $"changes nothing with its prefix; write {meant}")
        : null;

    /// <summary>The same of one that people write for <paramref name="wanted"/>; null for any other.</summary>
    internal static CodedText? HintFor(string key, string wanted) =>
        (librdkafka.GetValueOrDefault(key) ?? Meant(key))?.English.Split(' ')[0] == wanted ? Hint(key) : null;

    /// <summary>Kafka's name for it.</summary>
    static CodedText? Meant(string key)
    {
        foreach (var prefix in prefixes.Where(one => key.StartsWith(one, StringComparison.Ordinal)))
        {
            // properties[sasl.jaas.config] is how YAML keeps the dots of a name together
            var bare = key[prefix.Length..].Trim('[', ']');
            // bootstrap-servers: Spring's relaxed binding
            var dotted = bare.Replace('-', '.');
            if ((Known(bare) ?? Known(dotted) ?? spring.GetValueOrDefault(dotted)) is { } name)
            {
                return name;
            }
        }

        // properties[x] is properties.x; once only, since no bracket is left then
        return key.Contains('[', StringComparison.Ordinal) ? Meant(key.Replace('[', '.').Trim(']')) : Relaxed(key);
    }

    static CodedText? Known(string key) => ClientPropertyKeys.All.ContainsKey(key) ? CodedText.Plain(key) : null;

    static CodedText With(string key, string option) => CodedText.Of("KeyWith", $"{key} with {option}");

    static CodedText And(string one, string other) => CodedText.Of("KeyAnd", $"{one} and {other}");

    /// <summary>security-protocol, SECURITY_PROTOCOL, security_protocol: as environments and command lines want it.</summary>
    static CodedText? Relaxed(string key)
    {
        const string kafka = "kafka.";
        var name = key.ToLowerInvariant().Replace('_', '.').Replace('-', '.');
        return name == key ? null : Known(name) ?? Known(name.StartsWith(kafka, StringComparison.Ordinal) ? name[kafka.Length..] : name);
    }
}
