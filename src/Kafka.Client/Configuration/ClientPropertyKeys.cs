using System.Collections.Frozen;
using Wire;

namespace Kafka.Client.Configuration;

/// <summary>
/// Every key of AdminClientConfig, ConsumerConfig and ProducerConfig of Apache Kafka 3.9 and 4.3, and what becomes of it here.
/// </summary>
static class ClientPropertyKeys
{
    static readonly string[] honoured =
    [
        "bootstrap.servers", "client.dns.lookup", "client.id", "connections.max.idle.ms", "default.api.timeout.ms",
        "reconnect.backoff.max.ms", "reconnect.backoff.ms", "request.timeout.ms", "security.protocol",
        "socket.connection.setup.timeout.ms", "sasl.jaas.config", "sasl.kerberos.service.name",
        "sasl.login.callback.handler.class", "sasl.login.connect.timeout.ms", "sasl.login.refresh.buffer.seconds",
        "sasl.login.refresh.min.period.seconds", "sasl.login.refresh.window.factor", "sasl.login.refresh.window.jitter",
        "sasl.mechanism", "sasl.oauthbearer.client.credentials.client.id", "sasl.oauthbearer.client.credentials.client.secret",
        "sasl.oauthbearer.header.urlencode", "sasl.oauthbearer.jwt.retriever.class", "sasl.oauthbearer.scope",
        "sasl.oauthbearer.token.endpoint.url", "ssl.cipher.suites", "ssl.enabled.protocols",
        "ssl.endpoint.identification.algorithm", "ssl.engine.factory.class", "ssl.key.password", "ssl.keystore.certificate.chain",
        "ssl.keystore.key", "ssl.keystore.location", "ssl.keystore.password", "ssl.keystore.type", "ssl.protocol",
        "ssl.truststore.certificates", "ssl.truststore.location", "ssl.truststore.password", "ssl.truststore.type",
    ];

    static readonly string[] withoutEffect =
    [
        // how Apache's client is made
        "auto.include.jmx.reporter", "enable.metrics.push", "interceptor.classes", "metadata.max.age.ms", "metadata.max.idle.ms",
        "metadata.recovery.rebootstrap.trigger.ms", "metadata.recovery.strategy", "metric.reporters", "metrics.num.samples",
        "metrics.recording.level", "metrics.sample.window.ms", "receive.buffer.bytes", "retries", "retry.backoff.max.ms",
        "retry.backoff.ms", "send.buffer.bytes", "socket.connection.setup.timeout.max.ms",

        // what brokers verify, or the login of Java's own that is not used
        "sasl.kerberos.kinit.cmd", "sasl.kerberos.min.time.before.relogin", "sasl.kerberos.ticket.renew.jitter",
        "sasl.kerberos.ticket.renew.window.factor", "sasl.login.read.timeout.ms", "sasl.login.retry.backoff.max.ms",
        "sasl.login.retry.backoff.ms", "sasl.oauthbearer.clock.skew.seconds", "sasl.oauthbearer.expected.audience",
        "sasl.oauthbearer.expected.issuer", "sasl.oauthbearer.jwks.endpoint.refresh.ms",
        "sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", "sasl.oauthbearer.jwks.endpoint.retry.backoff.ms",
        "sasl.oauthbearer.jwks.endpoint.url", "sasl.oauthbearer.jwt.validator.class", "sasl.oauthbearer.scope.claim.name",
        "sasl.oauthbearer.sub.claim.name", "ssl.keymanager.algorithm", "ssl.secure.random.implementation",
        "ssl.trustmanager.algorithm",

        // consumers
        "allow.auto.create.topics", "auto.commit.interval.ms", "auto.offset.reset", "check.crcs", "client.rack",
        "enable.auto.commit", "exclude.internal.topics", "fetch.max.bytes", "fetch.max.wait.ms", "fetch.min.bytes", "group.id",
        "group.instance.id", "group.protocol", "group.remote.assignor", "heartbeat.interval.ms", "internal.leave.group.on.close",
        "internal.throw.on.fetch.stable.offset.unsupported", "isolation.level", "key.deserializer", "max.partition.fetch.bytes",
        "max.poll.interval.ms", "max.poll.records", "partition.assignment.strategy", "session.timeout.ms",
        "share.acknowledgement.mode", "share.acquire.mode", "value.deserializer",

        // producers
        "acks", "batch.size", "buffer.memory", "compression.gzip.level", "compression.lz4.level", "compression.type",
        "compression.zstd.level", "delivery.timeout.ms", "enable.idempotence", "key.serializer", "linger.ms", "max.block.ms",
        "max.in.flight.requests.per.connection", "max.request.size", "partitioner.adaptive.partitioning.enable",
        "partitioner.availability.timeout.ms", "partitioner.class", "partitioner.ignore.keys", "transaction.timeout.ms",
        "transaction.two.phase.commit.enable", "transactional.id", "value.serializer",
    ];

    static readonly string[] assertions =
    [
        "sasl.oauthbearer.assertion.algorithm", "sasl.oauthbearer.assertion.claim.aud",
        "sasl.oauthbearer.assertion.claim.exp.seconds", "sasl.oauthbearer.assertion.claim.iss",
        "sasl.oauthbearer.assertion.claim.jti.include", "sasl.oauthbearer.assertion.claim.nbf.seconds",
        "sasl.oauthbearer.assertion.claim.sub", "sasl.oauthbearer.assertion.file", "sasl.oauthbearer.assertion.private.key.file",
        "sasl.oauthbearer.assertion.private.key.passphrase", "sasl.oauthbearer.assertion.template.file",
    ];

    /// <summary>Initialized after the lists above, of which it is made.</summary>
    internal static FrozenDictionary<string, KnownProperty> All { get; } = Build();

    static FrozenDictionary<string, KnownProperty> Build()
    {
        var javaCode = CodedText.Of(
            "PropJavaCode", $"is code for Java's client; leave it out and give the credentials in sasl.jaas.config");
        var all = new Dictionary<string, KnownProperty>
        {
            ["bootstrap.controllers"] = new(
                PropertyRole.Warned, CodedText.Of(
                    "PropControllers", $"is not used: bootstrap.servers names brokers, which know their controllers")),
            ["config.providers"] = new(PropertyRole.Warned, CodedText.Of(
                "PropProviders", $"is not used: where a value would come from a provider, put the value itself here")),
            ["sasl.client.callback.handler.class"] = new(
                PropertyRole.Refused, javaCode),
            ["sasl.login.class"] = new(
                PropertyRole.Refused, javaCode),
            ["security.providers"] = new(PropertyRole.Warned, CodedText.Of("PropNoJava", $"is not used: there is no Java here")),
            ["ssl.provider"] = new(
                PropertyRole.Warned, CodedText.Of("PropOwnTls", $"is not used: TLS is the operating system's")),
        };
        Add(all, honoured, new KnownProperty(PropertyRole.Honoured));
        Add(all, withoutEffect, new KnownProperty(PropertyRole.NoEffect));
        Add(all, assertions, new KnownProperty(
            PropertyRole.Warned,
            CodedText.Of(
                "PropAssertion",
                $"is not used: tokens come from client credentials (sasl.oauthbearer.client.credentials.*) or a file "
                + $"(sasl.oauthbearer.token.endpoint.url=file:///…)")));
        return all.ToFrozenDictionary();
    }

    static void Add(Dictionary<string, KnownProperty> all, string[] keys, KnownProperty what)
    {
        foreach (var key in keys)
        {
            all.Add(key, what);
        }
    }
}
