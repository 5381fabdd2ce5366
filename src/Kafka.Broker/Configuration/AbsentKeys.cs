using System.Collections.Frozen;

namespace Kafka.Broker.Configuration;

/// <summary>
/// The other keys of Kafka 3.9's brokers, for what this broker does not have: TLS, SASL, KRaft, tiered storage, delegation tokens, quotas, the new group protocols. A file that has
/// one is read, with a warning that says so: a key of Kafka is no slip of the pen.
/// </summary>
static class AbsentKeys
{
    static readonly FrozenSet<string> names = """
        alter.config.policy.kraft.compatibility.enable alter.log.dirs.replication.quota.window.num alter.log.dirs.replication.quota.window.size.seconds
        broker.heartbeat.interval.ms broker.session.timeout.ms client.quota.callback.class connections.max.reauth.ms controller.listener.names
        controller.quorum.append.linger.ms controller.quorum.bootstrap.servers controller.quorum.election.backoff.max.ms controller.quorum.election.timeout.ms
        controller.quorum.fetch.timeout.ms controller.quorum.request.timeout.ms controller.quorum.retry.backoff.ms controller.quorum.voters
        controller.quota.window.num controller.quota.window.size.seconds delegation.token.expiry.check.interval.ms delegation.token.expiry.time.ms
        delegation.token.master.key delegation.token.max.lifetime.ms delegation.token.secret.key early.start.listeners eligible.leader.replicas.enable
        group.consumer.assignors group.consumer.heartbeat.interval.ms group.consumer.max.heartbeat.interval.ms group.consumer.max.session.timeout.ms
        group.consumer.max.size group.consumer.migration.policy group.consumer.min.heartbeat.interval.ms group.consumer.min.session.timeout.ms
        group.consumer.session.timeout.ms group.coordinator.append.linger.ms group.coordinator.new.enable group.coordinator.rebalance.protocols
        group.coordinator.threads group.share.delivery.count.limit group.share.enable group.share.heartbeat.interval.ms group.share.max.groups
        group.share.max.heartbeat.interval.ms group.share.max.record.lock.duration.ms group.share.max.session.timeout.ms group.share.max.size
        group.share.min.heartbeat.interval.ms group.share.min.record.lock.duration.ms group.share.min.session.timeout.ms
        group.share.partition.max.record.locks group.share.record.lock.duration.ms group.share.session.timeout.ms initial.broker.registration.timeout.ms
        kafka.metrics.polling.interval.secs kafka.metrics.reporters log.dir.failure.timeout.ms log.initial.task.delay.ms max.request.partition.size.limit
        metadata.log.dir metadata.log.max.record.bytes.between.snapshots metadata.log.max.snapshot.interval.ms metadata.log.segment.bytes
        metadata.log.segment.min.bytes metadata.log.segment.ms metadata.max.idle.interval.ms metadata.max.retention.bytes metadata.max.retention.ms node.id
        password.encoder.cipher.algorithm password.encoder.iterations password.encoder.key.length password.encoder.keyfactory.algorithm
        password.encoder.old.secret password.encoder.secret principal.builder.class process.roles producer.id.expiration.check.interval.ms
        queued.max.request.bytes remote.fetch.max.wait.ms remote.log.index.file.cache.total.size.bytes remote.log.manager.copier.thread.pool.size
        remote.log.manager.copy.max.bytes.per.second remote.log.manager.copy.quota.window.num remote.log.manager.copy.quota.window.size.seconds
        remote.log.manager.expiration.thread.pool.size remote.log.manager.fetch.max.bytes.per.second remote.log.manager.fetch.quota.window.num
        remote.log.manager.fetch.quota.window.size.seconds remote.log.manager.task.interval.ms remote.log.manager.task.retry.backoff.max.ms
        remote.log.manager.task.retry.backoff.ms remote.log.manager.task.retry.jitter remote.log.manager.thread.pool.size
        remote.log.metadata.custom.metadata.max.bytes remote.log.metadata.manager.class.name remote.log.metadata.manager.class.path
        remote.log.metadata.manager.impl.prefix remote.log.metadata.manager.listener.name remote.log.reader.max.pending.tasks remote.log.reader.threads
        remote.log.storage.manager.class.name remote.log.storage.manager.class.path remote.log.storage.manager.impl.prefix remote.log.storage.system.enable
        replication.quota.window.size.seconds sasl.client.callback.handler.class sasl.enabled.mechanisms sasl.jaas.config sasl.kerberos.kinit.cmd
        sasl.kerberos.min.time.before.relogin sasl.kerberos.principal.to.local.rules sasl.kerberos.service.name sasl.kerberos.ticket.renew.jitter
        sasl.kerberos.ticket.renew.window.factor sasl.login.callback.handler.class sasl.login.class sasl.login.connect.timeout.ms sasl.login.read.timeout.ms
        sasl.login.refresh.buffer.seconds sasl.login.refresh.min.period.seconds sasl.login.refresh.window.factor sasl.login.refresh.window.jitter
        sasl.login.retry.backoff.max.ms sasl.login.retry.backoff.ms sasl.mechanism.controller.protocol sasl.mechanism.inter.broker.protocol
        sasl.oauthbearer.clock.skew.seconds sasl.oauthbearer.expected.audience sasl.oauthbearer.expected.issuer sasl.oauthbearer.jwks.endpoint.refresh.ms
        sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms sasl.oauthbearer.jwks.endpoint.retry.backoff.ms sasl.oauthbearer.jwks.endpoint.url
        sasl.oauthbearer.scope.claim.name sasl.oauthbearer.sub.claim.name sasl.oauthbearer.token.endpoint.url sasl.server.callback.handler.class
        sasl.server.max.receive.size security.providers server.max.startup.time.ms socket.connection.setup.timeout.max.ms socket.connection.setup.timeout.ms
        ssl.allow.dn.changes ssl.allow.san.changes ssl.cipher.suites ssl.client.auth ssl.enabled.protocols ssl.endpoint.identification.algorithm
        ssl.engine.factory.class ssl.key.password ssl.keymanager.algorithm ssl.keystore.certificate.chain ssl.keystore.key ssl.keystore.location
        ssl.keystore.password ssl.keystore.type ssl.principal.mapping.rules ssl.protocol ssl.provider ssl.secure.random.implementation
        ssl.trustmanager.algorithm ssl.truststore.certificates ssl.truststore.location ssl.truststore.password ssl.truststore.type telemetry.max.bytes
        transaction.abort.timed.out.transaction.cleanup.interval.ms transaction.partition.verification.enable
        transaction.remove.expired.transaction.cleanup.interval.ms transaction.state.log.load.buffer.size unclean.leader.election.interval.ms
        unstable.api.versions.enable unstable.feature.versions.enable zookeeper.clientCnxnSocket zookeeper.metadata.migration.enable
        zookeeper.metadata.migration.min.batch.size zookeeper.ssl.cipher.suites zookeeper.ssl.client.enable zookeeper.ssl.crl.enable
        zookeeper.ssl.enabled.protocols zookeeper.ssl.endpoint.identification.algorithm zookeeper.ssl.keystore.location zookeeper.ssl.keystore.password
        zookeeper.ssl.keystore.type zookeeper.ssl.ocsp.enable zookeeper.ssl.protocol zookeeper.ssl.truststore.location zookeeper.ssl.truststore.password
        zookeeper.ssl.truststore.type
        """.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet();

    /// <summary>listener.name.NAME.KEY sets a key for one listener.</summary>
    public static bool Contains(string key) => names.Contains(key) || (key.Split('.', 4) is ["listener", "name", { Length: > 0 }, var of] && names.Contains(Mechanism(of)));

    /// <summary>Behind the listener's name a SASL mechanism may stand: scram-sha-512.sasl.jaas.config.</summary>
    static string Mechanism(string key) => key.IndexOf(".sasl.", StringComparison.Ordinal) is > 0 and var dot ? key[(dot + 1)..] : key;
}
