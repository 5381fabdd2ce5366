using System.Collections.Frozen;

namespace Kafka.Broker.Configuration;

/// <summary>
/// Keys of Kafka 3.9's brokers that promise what this broker does not do: who may connect, what each may do, what is encrypted, what is
/// limited, where records are kept safe. To ignore one would be to run an open broker for an operator who takes it for a closed one. A
/// value that promises nothing, Kafka's own default or "off", is fine.
/// </summary>
static class RefusedBrokerKeys
{
    const string Encryption = "this broker has no TLS: it would send and store in plain text";
    const string Authentication = "this broker has no authentication: it would let everyone in";
    const string Authorization = "this broker has no authorizer: everyone could do everything";
    const string Limit = "this broker does not have this limit: nothing would enforce it";
    const string Policy = "this broker loads no Java classes: what the policy forbids would be allowed";
    const string KRaft = "this broker works with ZooKeeper and not in KRaft mode";

    /// <summary>Groups of keys with why, each with the values that promise nothing; the empty value never does.</summary>
    static readonly (string Why, string Keys)[] groups =
    [
        (KRaft, "process.roles zookeeper.metadata.migration.enable=false eligible.leader.replicas.enable=false"),
        (Authorization, """
            authorizer.class.name super.users allow.everyone.if.no.acl.found=true zookeeper.set.acl=false
            principal.builder.class=org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder
            """),
        (Authentication, """
            sasl.enabled.mechanisms=GSSAPI sasl.mechanism.inter.broker.protocol=GSSAPI sasl.mechanism.controller.protocol=GSSAPI
            sasl.jaas.config connections.max.reauth.ms=0 sasl.client.callback.handler.class sasl.server.callback.handler.class
            sasl.login.callback.handler.class sasl.login.class sasl.server.max.receive.size=524288 sasl.kerberos.service.name
            sasl.kerberos.principal.to.local.rules=DEFAULT sasl.oauthbearer.clock.skew.seconds=30 sasl.oauthbearer.expected.audience
            sasl.oauthbearer.expected.issuer sasl.oauthbearer.jwks.endpoint.url sasl.oauthbearer.scope.claim.name=scope
            sasl.oauthbearer.sub.claim.name=sub sasl.oauthbearer.token.endpoint.url delegation.token.master.key
            delegation.token.secret.key
            """),
        (Encryption, """
            security.inter.broker.protocol=PLAINTEXT security.providers ssl.allow.dn.changes=false ssl.allow.san.changes=false
            ssl.cipher.suites ssl.client.auth=none ssl.enabled.protocols=TLSv1.2,TLSv1.3 ssl.endpoint.identification.algorithm=https
            ssl.engine.factory.class ssl.key.password ssl.keymanager.algorithm=SunX509 ssl.keystore.certificate.chain ssl.keystore.key
            ssl.keystore.location ssl.keystore.password ssl.keystore.type=JKS ssl.principal.mapping.rules=DEFAULT ssl.protocol=TLSv1.3
            ssl.provider ssl.secure.random.implementation ssl.trustmanager.algorithm=PKIX ssl.truststore.certificates
            ssl.truststore.location ssl.truststore.password ssl.truststore.type=JKS
            zookeeper.clientCnxnSocket=org.apache.zookeeper.ClientCnxnSocketNIO zookeeper.ssl.client.enable=false
            zookeeper.ssl.cipher.suites zookeeper.ssl.crl.enable=false zookeeper.ssl.enabled.protocols
            zookeeper.ssl.endpoint.identification.algorithm=HTTPS zookeeper.ssl.keystore.location zookeeper.ssl.keystore.password
            zookeeper.ssl.keystore.type zookeeper.ssl.ocsp.enable=false zookeeper.ssl.protocol=TLSv1.2 zookeeper.ssl.truststore.location
            zookeeper.ssl.truststore.password zookeeper.ssl.truststore.type password.encoder.secret password.encoder.old.secret
            """),
        (Limit, """
            max.connections.per.ip=2147483647 max.connections.per.ip.overrides max.connection.creation.rate=2147483647
            client.quota.callback.class quota.producer.default=9223372036854775807
            quota.consumer.default=9223372036854775807
            """),
        (Policy, "create.topic.policy.class.name alter.config.policy.class.name"),
        ("this broker has no tiered storage: records would never leave its disk", "remote.log.storage.system.enable=false"),
        ("values from elsewhere (${provider:…}) are not looked up by this broker", "config.providers"),
    ];

    /// <summary>A key of these that is not among the above is a slip of the pen or of another version, and promises the same.</summary>
    static readonly (string Why, string Prefix)[] families =
    [
        (Encryption, "ssl."), (Encryption, "zookeeper.ssl."), (Authentication, "sasl."), (Authorization, "authorizer."),
        ("values from elsewhere are not looked up by this broker", "config.providers."),
    ];

    /// <summary>Of a single listener a limit is one that this broker does not have, though it has the broker's.</summary>
    static readonly FrozenDictionary<string, (string Why, string? Harmless)> listenerLimits =
        new Dictionary<string, (string, string?)> { ["max.connections"] = (Limit, "2147483647") }.ToFrozenDictionary();

    static readonly FrozenDictionary<string, (string Why, string? Harmless)> all = groups
        .SelectMany(group => group.Keys.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(key => (Key: key.Split('=', 2), group.Why)))
        .ToFrozenDictionary(each => each.Key[0], each => (each.Why, each.Key.ElementAtOrDefault(1)));

    public static bool Contains(string key) => Find(key) is not null;

    /// <summary>Why a file with this line is refused, and what to do; null when the value promises nothing.</summary>
    public static string? Why(string key, string value)
    {
        if (Find(key) is not { } refused || value.Length == 0 || IsHarmless(refused.Harmless, value))
        {
            return null;
        }

        return refused.Why == KRaft && key == "process.roles"
            ? $"{KRaft}: set broker.id and zookeeper.connect instead, or run Apache Kafka"
            : $"{refused.Why}. Remove the line if that is meant, or run Apache Kafka";
    }

    static (string Why, string? Harmless)? Find(string key)
    {
        if (OfListener(key) is { } own)
        {
            return listenerLimits.TryGetValue(own, out var limit)
                ? limit
                : Find(own) ?? (own.Split('.', 2) is [_, var ofMechanism] ? Find(ofMechanism) : null);
        }

        return SaslTimings.Contains(key) ? null
            : all.TryGetValue(key, out var refused) ? refused
            : families.FirstOrDefault(family => key.StartsWith(family.Prefix, StringComparison.Ordinal)) is { Why: { } why } ? (why, null)
            : null;
    }

    /// <summary>Of listener.name.NAME.KEY the key; behind the name there may be a SASL mechanism: scram-sha-512.sasl.jaas.config.</summary>
    static string? OfListener(string key) => key.Split('.', 4) is ["listener", "name", { Length: > 0 }, var own] ? own : null;

    static bool IsHarmless(string? harmless, string value) =>
        harmless is not null && Items(harmless).SetEquals(Items(value));

    /// <summary>Of a list the order promises nothing, and case makes no difference to any of these.</summary>
    static HashSet<string> Items(string value) =>
        value.Split(',', StringSplitOptions.TrimEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);
}
