using Confluent.Kafka;
using Dashboard.Monitoring.Commands;
using KafkaCode = Kafka.Protocol.ErrorCode;

namespace Dashboard.Messages.Producing;

/// <summary>From what the client says of a record that was not acknowledged to Kafka's codes, and words for people.</summary>
static class SendFaults
{
    /// <param name="mayBeWritten">It was sent, and no answer came.</param>
    public static Refusal Of(Error error, string topic, int? partition, TimeSpan patience, bool mayBeWritten)
    {
        var code = error.Code switch
        {
            ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition => KafkaCode.UnknownTopicOrPartition,
            ErrorCode.Local_MsgTimedOut or ErrorCode.Local_TimedOut => KafkaCode.RequestTimedOut,
            ErrorCode.MsgSizeTooLarge => KafkaCode.MessageTooLarge,
            var local when (short)local < 0 => KafkaCode.Network,
            var told => (KafkaCode)(short)told,
        };
        var seconds = $"{patience.TotalSeconds:0}";
        var words = error.Code switch
        {
            ErrorCode.Local_UnknownTopic => $"There is no topic {topic}.",
            ErrorCode.Local_UnknownPartition => $"{topic} has no partition {partition}.",
            ErrorCode.Local_MsgTimedOut when mayBeWritten => $"The leader did not acknowledge the record within {seconds} s.",
            ErrorCode.Local_MsgTimedOut => $"No leader took the record within {seconds} s.",
            _ => error.Reason,
        };
        return new Refusal(code, words, topic);
    }

    /// <summary>No broker was reached that could have taken it, as far as the client knows.</summary>
    public static bool NeverLeft(Error error) => error.Code
        is ErrorCode.Local_MsgTimedOut or ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown
        or ErrorCode.Local_TimedOut or ErrorCode.Local_Resolve or ErrorCode.Local_Authentication;
}
