using Dashboard.Monitoring.Commands;
using Kafka.Client;
using Kafka.Client.Producing;
using Kafka.Protocol;
using Wire;

namespace Dashboard.Messages.Producing;

/// <summary>Why a record was not acknowledged, in words for people.</summary>
static class SendFaults
{
    public static Refusal Of(Delivery failed, string topic, TimeSpan patience)
    {
        var error = failed.Error!;
        var seconds = $"{patience.TotalSeconds:0}";
        var words = failed.MayBeWritten ? $"The leader did not acknowledge the record within {seconds} s: {error.Message}"
            : IsSilence(error) ? $"No leader took the record within {seconds} s: {error.Message}"
            : error is { Told: null } ? error.Detail
            : error.Message;
        return new Refusal(error.Code, words, topic);
    }

    /// <summary>No broker was reached that could have taken it, or none lets this program in.</summary>
    public static bool NeverLeft(KafkaException error) =>
        IsSilence(error) || error.Reason is FailureReason.Tls or FailureReason.Authentication;

    static bool IsSilence(KafkaException error) =>
        error.Reason is FailureReason.Unreachable or FailureReason.Timeout || error.Code == ErrorCode.LeaderNotAvailable;
}
