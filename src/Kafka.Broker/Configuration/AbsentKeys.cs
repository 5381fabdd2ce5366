using System.Collections.Frozen;

namespace Kafka.Broker.Configuration;

/// <summary>
/// The other keys of Kafka 3.9's brokers, for what this broker does not have: KRaft, tiered storage, the new group protocols, transactions.
/// They promise no safety (those that do are <see cref="RefusedBrokerKeys"/>), so a file that has one is read, with a warning that says so:
/// a key of Kafka is no slip of the pen.
/// </summary>
static class AbsentKeys
{
    static readonly FrozenSet<string> names = """
        alter.config.policy.kraft.compatibility.enable alter.log.dirs.replication.quota.window.num
        alter.log.dirs.replication.quota.window.size.seconds broker.heartbeat.interval.ms broker.session.timeout.ms
        controller.listener.names controller.quorum.append.linger.ms controller.quorum.bootstrap.servers
        controller.quorum.election.backoff.max.ms controller.quorum.election.timeout.ms controller.quorum.fetch.timeout.ms
        controller.quorum.request.timeout.ms controller.quorum.retry.backoff.ms controller.quorum.voters controller.quota.window.num
        controller.quota.window.size.seconds delegation.token.expiry.check.interval.ms delegation.token.expiry.time.ms
        delegation.token.max.lifetime.ms early.start.listeners group.consumer.assignors group.consumer.heartbeat.interval.ms
        group.consumer.max.heartbeat.interval.ms group.consumer.max.session.timeout.ms group.consumer.max.size
        group.consumer.migration.policy group.consumer.min.heartbeat.interval.ms group.consumer.min.session.timeout.ms
        group.consumer.session.timeout.ms group.coordinator.append.linger.ms group.coordinator.new.enable
        group.coordinator.rebalance.protocols group.coordinator.threads group.share.delivery.count.limit group.share.enable
        group.share.heartbeat.interval.ms group.share.max.groups group.share.max.heartbeat.interval.ms
        group.share.max.record.lock.duration.ms group.share.max.session.timeout.ms group.share.max.size
        group.share.min.heartbeat.interval.ms group.share.min.record.lock.duration.ms group.share.min.session.timeout.ms
        group.share.partition.max.record.locks group.share.record.lock.duration.ms group.share.session.timeout.ms
        initial.broker.registration.timeout.ms kafka.metrics.polling.interval.secs kafka.metrics.reporters log.dir.failure.timeout.ms
        log.initial.task.delay.ms max.request.partition.size.limit metadata.log.dir metadata.log.max.record.bytes.between.snapshots
        metadata.log.max.snapshot.interval.ms metadata.log.segment.bytes metadata.log.segment.min.bytes metadata.log.segment.ms
        metadata.max.idle.interval.ms metadata.max.retention.bytes metadata.max.retention.ms password.encoder.cipher.algorithm
        password.encoder.iterations password.encoder.key.length password.encoder.keyfactory.algorithm
        producer.id.expiration.check.interval.ms remote.fetch.max.wait.ms remote.log.index.file.cache.total.size.bytes
        remote.log.manager.copier.thread.pool.size remote.log.manager.copy.max.bytes.per.second remote.log.manager.copy.quota.window.num
        remote.log.manager.copy.quota.window.size.seconds remote.log.manager.expiration.thread.pool.size
        remote.log.manager.fetch.max.bytes.per.second remote.log.manager.fetch.quota.window.num
        remote.log.manager.fetch.quota.window.size.seconds remote.log.manager.task.interval.ms
        remote.log.manager.task.retry.backoff.max.ms remote.log.manager.task.retry.backoff.ms remote.log.manager.task.retry.jitter
        remote.log.manager.thread.pool.size remote.log.metadata.custom.metadata.max.bytes remote.log.metadata.manager.class.name
        remote.log.metadata.manager.class.path remote.log.metadata.manager.impl.prefix remote.log.metadata.manager.listener.name
        remote.log.reader.max.pending.tasks remote.log.reader.threads remote.log.storage.manager.class.name
        remote.log.storage.manager.class.path remote.log.storage.manager.impl.prefix replication.quota.window.size.seconds
        server.max.startup.time.ms socket.connection.setup.timeout.max.ms socket.connection.setup.timeout.ms telemetry.max.bytes
        transaction.abort.timed.out.transaction.cleanup.interval.ms transaction.partition.verification.enable
        transaction.remove.expired.transaction.cleanup.interval.ms transaction.state.log.load.buffer.size
        unclean.leader.election.interval.ms unstable.api.versions.enable unstable.feature.versions.enable
        zookeeper.metadata.migration.min.batch.size
        """.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet();

    public static bool Contains(string key) => names.Contains(key);
}
