using System.Collections.Frozen;

namespace ZooKeeper.Server;

/// <summary>
/// Keys of zoo.cfg, and of the system properties zookeeper.KEY that Apache makes of them, that change nothing here and promise no safety:
/// how Apache's threads, buffers and caches are sized, what its clients do, what it logs. Logged once at start, since the operator who set
/// one may look for its effect.
/// </summary>
static class IdleKeys
{
    static readonly FrozenSet<string> names = """
        standaloneEnabled reconfigEnabled electionAlg peerType leaderServes syncEnabled clientPortListenBacklog
        localSessionsEnabled localSessionsUpgradingEnabled
        globalOutstandingLimit preAllocSize commitLogCount snapSizeLimitInKb txnLogSizeLimitInKb snapshotSizeFactor
        snapsync forceSnapshotSync fsync.warningthresholdms forceSync
        flushDelay maxWriteQueuePollTime maxBatchSize snapshot.trust.empty
        serializeLastProcessedZxid.enabled closeSessionTxn.enabled digest.enabled
        quorum.cnxn.threads.size quorumCnxnTimeoutMs electionPortBindRetry
        fastleader.minNotificationInterval fastleader.maxNotificationInterval
        observer.reconnectDelayMs observer.election.DelayMs observer.syncEnabled observerMaster.sizeLimit
        multiAddress.reachabilityCheckEnabled multiAddress.reachabilityCheckTimeoutMs
        leader.ackLoggingFrequency leader.closeSocketAsync leader.maxConcurrentDiffSyncs leader.maxConcurrentSnapSyncs
        leader.maxTimeToWaitForEpoch leaderConnectDelayDuringRetryMs leader.nodelay
        learner.asyncSending learner.closeSocketAsync follower.nodelay
        follower.skipLearnerRequestToNextProcessor forward_learner_requests_to_commit_processor_disabled
        tcpKeepAlive clientTcpKeepAlive serverCnxnFactory clientCnxnSocket
        nio.numSelectorThreads nio.numWorkerThreads nio.directBufferBytes nio.sessionlessCnxnTimeout nio.shutdownTimeout
        netty.advancedFlowControl.enabled netty.server.outstandingHandshake.limit netty.server.earlyDropSecureConnectionHandshakes
        commitProcessor.numWorkerThreads commitProcessor.maxReadBatchSize commitProcessor.maxCommitBatchSize
        commitProcessor.shutdownTimeout maxResponseCacheSize maxGetChildrenResponseCacheSize
        watchManagerName watcherCleanThreadsNum watcherCleanThreshold watcherCleanIntervalInSeconds
        maxInProcessingDeadWatchers bitHashCacheSize intBufferStartingSizeBytes
        messageTracker.BufferSize messageTracker.Enabled
        pathStats.enabled pathStats.slotCapacity pathStats.slotDuration pathStats.maxDepth pathStats.initialDelay
        pathStats.delay pathStats.topPathMax pathStats.sampleRate
        jvm.pause.monitor jvm.pause.info-threshold.ms jvm.pause.warn-threshold.ms jvm.pause.sleep.time.ms
        metricsProvider.className
        connection_throttle_fill_time connection_throttle_fill_count connection_throttle_freeze_time
        connection_throttle_drop_increase connection_throttle_drop_decrease
        connection_throttle_decrease_ratio connection_throttle_weight_enabled
        connection_throttle_global_session_weight connection_throttle_local_session_weight connection_throttle_renew_session_weight
        request_throttle_stall_time request_throttle_drop_stale request_throttler.shutdownTimeout
        request_stale_latency_check request_stale_connection_check
        throttled_op_wait_time largeRequestMaxBytes request.timeout
        admin.idleTimeout admin.httpVersion admin.restore.enabled jmx.log4j.disable jmx.log4j.mbean
        enableEagerACLCheck skipACL emulate353TTLNodes readonlymode.enabled jute.maxbuffer.extrasize fips-mode
        kinit server.principal server.realm disableAutoWatchReset controllerPort
        test.allowDiscontinuousProposals testingonly.initialZxid
        """.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet();

    /// <summary>For those of which one may think that they protect something: why it is no loss.</summary>
    static readonly FrozenDictionary<string, string> reasons = new Dictionary<string, string>
    {
        ["forceSync"] = "the transaction log is always on disk before a write is acknowledged",
        ["skipACL"] = "ACLs are always checked",
        ["enableEagerACLCheck"] = "ACLs are always checked",
        ["nio.sessionlessCnxnTimeout"] = "a connection without a session is always closed after 10 s",
    }.ToFrozenDictionary();

    public static bool Contains(string key) => names.Contains(key) || key.StartsWith("metricsProvider.", StringComparison.Ordinal);

    /// <summary>A sentence about the key.</summary>
    public static string Word(string key)
    {
        var reason = reasons.TryGetValue(key, out var why) ? $": {why}" : "";
        return $"{key} is accepted, but changes nothing in this server{reason}.";
    }
}
