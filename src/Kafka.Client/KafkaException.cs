using Kafka.Protocol;
using Wire;

namespace Kafka.Client;

/// <summary>A call failed. For a refusal the message has Kafka's own words and the constant of its code.</summary>
public class KafkaException : Exception, ICodedFault
{
    /// <summary>A refusal.</summary>
    /// <param name="detail">The broker's own words; null or empty: what Kafka says of the code.</param>
    public KafkaException(ErrorCode code, string? detail = null)
        : base($"{ErrorCodes.Describe(code).Name}: {Words(code, detail)}") => (Code, Detail) = (code, Words(code, detail));

    protected KafkaException(ErrorCode code, CodedText told, Exception? inner)
        : base(told.English, inner) => (Code, Detail, Told) = (code, told.English, told);

    /// <summary>Null for a refusal: the broker's own words.</summary>
    public CodedText? Told { get; }

    /// <summary>Of a failure without an answer: NETWORK_EXCEPTION or REQUEST_TIMED_OUT, as Apache's clients have it.</summary>
    public ErrorCode Code { get; }

    /// <summary>Whether the way to the broker, a right or the request itself failed.</summary>
    public virtual FailureReason Reason => ReasonOf(Code);

    /// <summary>The same of an answer with this code.</summary>
    public static FailureReason ReasonOf(ErrorCode code) => code switch
    {
        ErrorCode.Network or ErrorCode.BrokerNotAvailable => FailureReason.Unreachable,
        ErrorCode.RequestTimedOut => FailureReason.Timeout,
        ErrorCode.SaslAuthenticationFailed or ErrorCode.UnsupportedSaslMechanism or ErrorCode.IllegalSaslState =>
            FailureReason.Authentication,
        ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
            or ErrorCode.TransactionalIdAuthorizationFailed or ErrorCode.DelegationTokenAuthorizationFailed =>
            FailureReason.Authorization,
        _ => FailureReason.Protocol,
    };

    /// <summary>The words alone: the broker's own, or what its code means.</summary>
    public string Detail { get; }

    /// <summary>
    /// The request was sent and not answered: whether it had an effect is not known. False: the broker refused it, or it never left, and
    /// nothing happened.
    /// </summary>
    public bool MayHaveHappened { get; internal init; }

    /// <summary>Kafka's constant of the code, as UNKNOWN_TOPIC_OR_PARTITION.</summary>
    public string CodeName => ErrorCodes.Describe(Code).Name;

    /// <summary>The partition cannot be read or written before it has one.</summary>
    public static KafkaException NoLeader(TopicPartition partition) =>
        new(ErrorCode.LeaderNotAvailable, $"{partition} has no leader now.");

    /// <summary>The broker is too old for it.</summary>
    internal static KafkaException Lacking(CodedText told) => new(ErrorCode.UnsupportedVersion, told, null);

    /// <param name="count">How many its topic has.</param>
    public static KafkaException NoPartition(TopicPartition partition, int count) => new(
        ErrorCode.UnknownTopicOrPartition, $"{partition.Topic} has no partition {partition.Partition}; it has {count}, from 0 on.");

    /// <summary>Throws unless the code is 0.</summary>
    public static void ThrowIfError(short code, string? detail = null)
    {
        if (code != 0)
        {
            throw new KafkaException((ErrorCode)code, detail);
        }
    }

    static string Words(ErrorCode code, string? detail) => string.IsNullOrEmpty(detail) ? ErrorCodes.Describe(code).Message : detail;
}

/// <summary>No connection, or it was lost with the call under way (<see cref="KafkaException.MayHaveHappened"/>).</summary>
public sealed class KafkaUnreachableException : KafkaException
{
    /// <param name="reason">Why, to follow "HOST:PORT is unreachable: ".</param>
    public KafkaUnreachableException(string host, int port, CodedText reason, Exception? inner = null)
        : base(ErrorCode.Network, CodedText.Of("Unreachable", $"{HostPort.Format(host, port)} is unreachable: {reason}"), inner) =>
        (Host, Port, Why) = (host, port, reason);

    KafkaUnreachableException(CodedText told, string host, int port, Exception? inner)
        : base(ErrorCode.Network, told, inner) => (Host, Port, Why) = (host, port, told);

    /// <summary>By the name that it was asked for, without brackets.</summary>
    public string Host { get; }

    /// <summary>As it was asked for.</summary>
    public int Port { get; }

    /// <summary>Without the address, where the message begins with it.</summary>
    CodedText Why { get; }

    /// <summary>The id of the cluster that the broker is of, where that is another one than is asked for.</summary>
    public string? OtherCluster { get; private init; }

    /// <summary>A broker that has taken the address of one of this cluster.</summary>
    internal static KafkaUnreachableException OfOtherCluster(string host, int port, string other, string expected) => new(
        CodedText.Of(
            "OfOtherCluster",
            $"at {HostPort.Format(host, port)} answers a broker of another cluster, id {other}; this one is {expected}"),
        host, port, null)
    {
        OtherCluster = other,
    };

    /// <summary>A request that was sent, and whose connection ended before the answer.</summary>
    internal static KafkaUnreachableException Unanswered(string host, int port, string what, string reason, Exception? cause) =>
        new(
            CodedText.Of(
                "EndedUnanswered", $"The connection to {HostPort.Format(host, port)} ended before {what} was answered: {reason}"),
            host, port, cause)
        {
            MayHaveHappened = true,
        };

    /// <summary>The same of an exchange that only prepared for a request.</summary>
    internal KafkaUnreachableException BeforeRequest() => new(Told!, Host, Port, InnerException);

    /// <summary>
    /// A broker that was never reached at the address that it advertises: the most common fault, and not the client's but the listener's.
    /// </summary>
    internal static KafkaUnreachableException Advertised(int broker, string host, int port, KafkaException cause) => new(
        CodedText.Of(
            "AdvertisedUnreachable",
            $"Broker {broker} advertises {HostPort.Format(host, port)}, which cannot be reached from this machine: "
            + $"{(cause as KafkaUnreachableException)?.Why ?? CodedText.Of(cause)}. "
            + $"Make advertised.listeners of that broker an address that can be, or map it to one (a tunnel's) in the address map."),
        host,
        port,
        cause);

    /// <summary>
    /// A broker whose advertised address answers, and does not let this client in as the bootstrap address did: a certificate for other
    /// names, a proxy that takes every connection.
    /// </summary>
    internal static KafkaUnreachableException NotAsAdvertised(int broker, string host, int port, KafkaException cause) => new(
        CodedText.Of(
            "AdvertisedFails",
            $"Broker {broker} advertises {HostPort.Format(host, port)}, and a connection there fails: {CodedText.Of(cause)}"),
        host,
        port,
        cause);
}

/// <summary>
/// No answer within the deadline, or no connection to send the request on (<see cref="KafkaException.MayHaveHappened"/>).
/// </summary>
public sealed class KafkaTimeoutException : KafkaException
{
    /// <param name="what">What was asked, to follow "HOST:PORT did not answer ".</param>
    public KafkaTimeoutException(string host, int port, CodedText what, TimeSpan deadline)
        : this(
            CodedText.Of("Unanswered", $"{HostPort.Format(host, port)} did not answer {what} within {Seconds(deadline)} s"),
            host, port, deadline)
    {
    }

    KafkaTimeoutException(CodedText told, string host, int port, TimeSpan deadline)
        : base(ErrorCode.RequestTimedOut, told, null) => (Host, Port, Deadline) = (host, port, deadline);

    /// <summary>By the name that it was asked for, without brackets.</summary>
    public string Host { get; }

    /// <summary>As it was asked for.</summary>
    public int Port { get; }

    /// <summary>How long was waited.</summary>
    public TimeSpan Deadline { get; }

    /// <summary>A request that was sent.</summary>
    internal static KafkaTimeoutException Unanswered(string host, int port, string what, TimeSpan deadline) =>
        new(host, port, what, deadline) { MayHaveHappened = true };

    /// <summary>A request that was not sent, because every connection waits for the answer to another.</summary>
    internal static KafkaTimeoutException Busy(string host, int port, IEnumerable<string> others, TimeSpan deadline) =>
        new(
            CodedText.Of(
                "NotAsked",
                $"{HostPort.Format(host, port)} was not asked within {Seconds(deadline)} s: "
                + $"it has not answered {string.Join(", ", others)}"),
            host,
            port,
            deadline);

    /// <summary>The same of an exchange that only prepared for a request.</summary>
    internal KafkaTimeoutException BeforeRequest() => new(Told!, Host, Port, Deadline);

    /// <summary>What was not answered when a connection was opened.</summary>
    internal static CodedText Attempt { get; } = CodedText.Of("ConnectionAttempt", $"the connection attempt");

    static string Seconds(TimeSpan span) => $"{span.TotalSeconds:0.###}";
}
