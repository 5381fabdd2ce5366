using System.Collections.Frozen;
using Kafka.Protocol;
using Wire;

namespace Kafka.Client.Producing;

/// <summary>What an error of a batch means for it.</summary>
static class ProduceErrors
{
    /// <summary>Those that Kafka calls retriable, of what a leader or a coordinator answers.</summary>
    static readonly FrozenSet<ErrorCode> passing =
    [
        ErrorCode.CorruptMessage, ErrorCode.UnknownTopicOrPartition, ErrorCode.LeaderNotAvailable, ErrorCode.NotLeaderOrFollower,
        ErrorCode.RequestTimedOut, ErrorCode.BrokerNotAvailable, ErrorCode.ReplicaNotAvailable, ErrorCode.Network,
        ErrorCode.NotEnoughReplicas, ErrorCode.NotEnoughReplicasAfterAppend, ErrorCode.KafkaStorageError, ErrorCode.FencedLeaderEpoch,
        ErrorCode.UnknownLeaderEpoch, ErrorCode.CoordinatorLoadInProgress, ErrorCode.CoordinatorNotAvailable, ErrorCode.NotCoordinator,
        ErrorCode.ConcurrentTransactions, ErrorCode.ThrottlingQuotaExceeded,
    ];

    /// <summary>It passes by itself, and the same request may succeed then.</summary>
    public static bool Passes(KafkaException error) =>
        error is KafkaUnreachableException or KafkaTimeoutException
        || (error.Reason is not (FailureReason.Tls or FailureReason.Authentication or FailureReason.Authorization)
            && passing.Contains(error.Code));

    /// <summary>The leader and the writer do not agree on what the writer sent before.</summary>
    public static bool IsOfIdentity(ErrorCode code) => code
        is ErrorCode.OutOfOrderSequenceNumber or ErrorCode.UnknownProducerId or ErrorCode.InvalidProducerEpoch
        or ErrorCode.InvalidProducerIdMapping or ErrorCode.ProducerFenced;
}
