namespace Dashboard.Components.Features.Clusters;

/// <summary>Properties that the form has fields for: of Kafka's clients (reference of AdminClient configs), and of ZooKeeper's.</summary>
static class ClientPropertyNames
{
    public const string Bootstrap = "bootstrap.servers";
    public const string Protocol = "security.protocol";
    public const string Mechanism = "sasl.mechanism";
    public const string Jaas = "sasl.jaas.config";
    public const string TokenEndpoint = "sasl.oauthbearer.token.endpoint.url";
    public const string ClientId = "sasl.oauthbearer.client.credentials.client.id";
    public const string ClientSecret = "sasl.oauthbearer.client.credentials.client.secret";
    public const string TrustStore = "ssl.truststore.location";
    public const string TrustStorePassword = "ssl.truststore.password";
    public const string KeyStore = "ssl.keystore.location";
    public const string KeyStorePassword = "ssl.keystore.password";

    /// <summary>Of ZooKeeper's client, by the names of Java's system properties.</summary>
    public const string Digest = "digest";
    public const string ZooKeeperSecure = "zookeeper.client.secure";
    public const string ZooKeeperTrustStore = "zookeeper.ssl.trustStore.location";
    public const string ZooKeeperTrustStorePassword = "zookeeper.ssl.trustStore.password";
}
