using Kafka.Client.Configuration;
using Testing;
using Testing.Security;

namespace Kafka.Client.Tests.Security;

/// <summary>Properties in short, for tables of tests.</summary>
static class SecuredClients
{
    const string Modules = "org.apache.kafka.common.security.";

    /// <summary>Settings are KEY=VALUE, or a word for several, and '|' between them.</summary>
    internal static KafkaCluster Connect(SecuredKafka broker, string listener, string settings) =>
        new(KafkaCluster.ParseBootstrap(broker[listener]), Options(broker, settings));

    internal static KafkaClientOptions Options(SecuredKafka broker, string settings) =>
        ClientProperties.Read(Properties(broker, settings)).Options with { ConnectTimeout = TimeSpan.FromSeconds(10) };

    internal static Dictionary<string, string> Properties(SecuredKafka broker, string settings)
    {
        var properties = new Dictionary<string, string>
        {
            ["ssl.truststore.type"] = "PEM",
            ["ssl.truststore.location"] = broker.Truststore,
        };
        foreach (var setting in settings.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            foreach (var (key, value) in Expand(broker, setting))
            {
                properties[key] = value;
            }
        }

        return properties;
    }

    static IEnumerable<(string Key, string Value)> Expand(SecuredKafka broker, string setting) => setting switch
    {
        "SSL" or "SASL_SSL" or "SASL_PLAINTEXT" => [("security.protocol", setting)],
        "plain" => User("PLAIN", "plain.PlainLoginModule", "alice"),
        "scram256" => User("SCRAM-SHA-256", "scram.ScramLoginModule", "alice"),
        "scram512" => User("SCRAM-SHA-512", "scram.ScramLoginModule", "alice"),
        "bob" => User("SCRAM-SHA-512", "scram.ScramLoginModule", "bob"),
        "carol" => User("SCRAM-SHA-512", "scram.ScramLoginModule", "carol"),
        "wrong-plain" => User("PLAIN", "plain.PlainLoginModule", "alice", "wr0ng-secret"),
        "wrong-scram" => User("SCRAM-SHA-256", "scram.ScramLoginModule", "alice", "wr0ng-secret"),
        "oauth" => OAuth(broker.Issuer.ClientSecret, broker.Issuer.TokenEndpoint),
        "wrong-oauth" => OAuth("wr0ng-secret", broker.Issuer.TokenEndpoint),
        "no-issuer" => OAuth("wr0ng-secret", "http://127.0.0.1:1/token"),
        "token-file" => OAuth("unused", Save(broker, "token", broker.Issuer.Token())),
        "wrong-token" => OAuth("unused", Save(broker, "wrong-token", broker.Issuer.Token(audience: "else"))),
        "keystore" =>
        [
            ("ssl.keystore.type", "PEM"), ("ssl.keystore.location", broker.Keep(broker.Authority.Client(), $"{Guid.NewGuid():N}.pem")),
        ],
        "wrong-keystore" => [("ssl.keystore.type", "PEM"), ("ssl.keystore.location", Foreign(broker))],
        "other-ca" => [("ssl.truststore.location", Other(broker))],
        _ => [(setting[..setting.IndexOf('=')], setting[(setting.IndexOf('=') + 1)..])],
    };

    static IEnumerable<(string Key, string Value)> User(
        string mechanism, string module, string name, string password = SecuredKafka.Password) =>
    [
        ("sasl.mechanism", mechanism),
        ("sasl.jaas.config", $"{Modules}{module} required username=\"{name}\" password=\"{password}\";"),
    ];

    static IEnumerable<(string Key, string Value)> OAuth(string secret, string endpoint) =>
    [
        ("sasl.mechanism", "OAUTHBEARER"),
        ("sasl.oauthbearer.token.endpoint.url", endpoint),
        (
            "sasl.jaas.config",
            $"{Modules}oauthbearer.OAuthBearerLoginModule required clientId={TestIssuer.ClientId} clientSecret=\"{secret}\" scope=kafka;"),
    ];

    static string Save(SecuredKafka broker, string name, string token)
    {
        File.WriteAllText(broker.Directory[name], token);
        return $"file://{broker.Directory[name]}";
    }

    static string Foreign(SecuredKafka broker)
    {
        using var other = new TestAuthority("Some Other CA");
        return broker.Keep(other.Client(), "foreign.pem");
    }

    static string Other(SecuredKafka broker)
    {
        using var other = new TestAuthority("Some Other CA");
        return other.WritePem(broker.Directory["other-ca.pem"]);
    }
}
