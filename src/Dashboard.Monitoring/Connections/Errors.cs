using System.Net.Sockets;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol;
using Wire;
using Wire.Security;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Dashboard.Monitoring.Connections;

/// <summary>From what was thrown to what a panel says.</summary>
public static class Errors
{
    public static SectionError From(Exception failure, ErrorSource source, DateTimeOffset now) =>
        Of(failure, source, now) with { Reason = ReasonOf(failure), Told = (failure as ICodedFault)?.Told };

    /// <summary>What has to be looked at; null: nothing of the connection.</summary>
    public static FailureReason? ReasonOf(Exception failure) => failure switch
    {
        KafkaException e => e.GetType() == typeof(KafkaException) ? ReasonOf(e.Code) : e.Reason,
        ZooKeeperException e => e.Reason,
        TimeoutException or OperationCanceledException => FailureReason.Timeout,
        SocketException or IOException => FailureReason.Unreachable,
        _ => null,
    };

    /// <summary>A refusal that is none of these, such as an unknown topic, is not the connection's trouble.</summary>
    public static FailureReason? ReasonOf(ErrorCode code) =>
        KafkaException.ReasonOf(code) is var reason and not FailureReason.Protocol ? reason : null;

    static SectionError Of(Exception failure, ErrorSource source, DateTimeOffset now) => failure switch
    {
        KafkaTimeoutException e => new(SectionErrorKind.TimedOut, source, null, e.Message, now, e.Deadline),
        KafkaUnreachableException e => new(SectionErrorKind.Unreachable, source, null, e.Message, now),
        // this client is not let in, or it is no Kafka: nothing can be asked, as if there were no connection
        KafkaException { Reason: FailureReason.Authentication } e => new(SectionErrorKind.Unreachable, source, e.CodeName, e.Message, now),
        KafkaTlsException or NotKafkaException => new(SectionErrorKind.Unreachable, source, null, failure.Message, now),
        KafkaException { Code: ErrorCode.UnsupportedVersion } e => new(SectionErrorKind.Unsupported, source, e.CodeName, e.Message, now),
        KafkaException e => new(SectionErrorKind.Refused, source, e.CodeName, e.Message, now),
        ZooKeeperException { Reason: FailureReason.Unreachable or FailureReason.Tls or FailureReason.Authentication } e =>
            new(SectionErrorKind.Unreachable, source, null, e.Message, now),
        ZooKeeperException { Code: ZooKeeperError.OperationTimeout } e => new(SectionErrorKind.TimedOut, source, null, e.Message, now),
        // an answer that is too long, or makes no sense: no refusal, and its message says which
        ZooKeeperException { Code: ZooKeeperError.MarshallingError } e => new(SectionErrorKind.Failed, source, null, e.Message, now),
        ZooKeeperException e => new(SectionErrorKind.Refused, source, e.Code.Name(), e.Message, now),
        TimeoutException or OperationCanceledException =>
            new(SectionErrorKind.TimedOut, source, null, $"{source} did not answer in time.", now),
        SocketException e => new(SectionErrorKind.Unreachable, source, null, $"{source}: {e.Message}", now),
        IOException e => new(SectionErrorKind.Unreachable, source, null, $"{source}: {e.Message}", now),
        _ => new(SectionErrorKind.Failed, source, null, failure.Message, now),
    };
}
