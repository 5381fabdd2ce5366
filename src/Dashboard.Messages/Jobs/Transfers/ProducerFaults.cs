using Dashboard.Messages.Bytes;
using Kafka.Client;
using Wire;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>What a producer reports, as the fault of a job.</summary>
static class ProducerFaults
{
    /// <summary>One that passes by itself, or one that does not.</summary>
    public static Exception Of(CodedText why, KafkaException error) =>
        TransientFaults.Is(error) ? new TransientFaultException(why, error) : new JobFaultException(why, error);

    /// <summary>To stand within a sentence: Kafka's own words end with a full stop.</summary>
    public static CodedText Words(KafkaException error) =>
        error.Told ?? CodedText.Plain(error.Message.TrimEnd('.'));
}
