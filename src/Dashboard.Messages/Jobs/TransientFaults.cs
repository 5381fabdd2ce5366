using System.Collections.Frozen;
using System.Net.Sockets;
using Dashboard.Messages.Services;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol;
using Wire;

namespace Dashboard.Messages.Jobs;

/// <summary>
/// Which faults pass by themselves. Rights, topics that are gone, records that are too large and full disks do not: a person has to do
/// something about them.
/// </summary>
static class TransientFaults
{
    /// <summary>What Kafka calls retriable, less what stays as it is until a person acts; and what a new producer gets over.</summary>
    static readonly FrozenSet<ErrorCode> codes =
    [
        ErrorCode.LeaderNotAvailable, ErrorCode.NotLeaderOrFollower, ErrorCode.RequestTimedOut, ErrorCode.BrokerNotAvailable,
        ErrorCode.ReplicaNotAvailable, ErrorCode.Network, ErrorCode.CoordinatorLoadInProgress, ErrorCode.CoordinatorNotAvailable,
        ErrorCode.NotCoordinator, ErrorCode.NotController, ErrorCode.NotEnoughReplicas, ErrorCode.NotEnoughReplicasAfterAppend,
        ErrorCode.OutOfOrderSequenceNumber, ErrorCode.UnknownProducerId, ErrorCode.InvalidProducerEpoch, ErrorCode.ProducerFenced,
        ErrorCode.InvalidProducerIdMapping, ErrorCode.ConcurrentTransactions, ErrorCode.TransactionCoordinatorFenced,
        ErrorCode.TransactionAbortable, ErrorCode.FencedLeaderEpoch, ErrorCode.UnknownLeaderEpoch, ErrorCode.OffsetNotAvailable,
        ErrorCode.EligibleLeadersNotAvailable, ErrorCode.UnstableOffsetCommit, ErrorCode.ThrottlingQuotaExceeded,
        ErrorCode.FetchSessionIdNotFound, ErrorCode.InvalidFetchSessionEpoch,
    ];

    static readonly FrozenSet<string> names = codes.Select(code => ErrorCodes.Describe(code).Name).ToFrozenSet();

    public static bool Is(Exception fault) => fault switch
    {
        TransientFaultException or TimeoutException or SocketException => true,
        KafkaException { Reason: FailureReason.Unreachable or FailureReason.Timeout } => true,
        KafkaException { Reason: FailureReason.Protocol } kafka => Is(kafka.Code),
        ServiceException service => !service.IsAnswer,
        _ => false,
    };

    public static bool Is(ErrorCode code) => codes.Contains(code);

    /// <summary>Of a partition that cannot be read.</summary>
    public static bool Is(SectionError error) => error.Reason switch
    {
        FailureReason.Tls or FailureReason.Authentication or FailureReason.Authorization => false,
        _ => error.Kind is SectionErrorKind.TimedOut or SectionErrorKind.Unreachable || (error.Code is { } code && names.Contains(code)),
    };
}
