using Confluent.Kafka;
using Dashboard.Messages.Bytes;
using Wire;
using KafkaCode = Kafka.Protocol.ErrorCode;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>What a producer reports, as the fault of a job.</summary>
static class ProducerFaults
{
    /// <summary>One that passes by itself, or one that does not.</summary>
    public static Exception Of(CodedText why, Error? error, Exception? inner = null) => error is null || Passes(error.Code)
        ? new TransientFaultException(why, inner)
        : new JobFaultException(why, inner);

    /// <summary>Codes of brokers are the protocol's; those of the library itself are below them.</summary>
    static bool Passes(ErrorCode code) => code switch
    {
        ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown or ErrorCode.Local_TimedOut or ErrorCode.Local_MsgTimedOut
            or ErrorCode.Local_TimedOutQueue or ErrorCode.Local_Resolve or ErrorCode.Local_WaitCoord or ErrorCode.Local_WaitCache
            or ErrorCode.Local_IsrInsuff or ErrorCode.Local_NodeUpdate or ErrorCode.Local_DestroyBroker or ErrorCode.Local_Retry
            or ErrorCode.Local_Fenced or ErrorCode.Local_PurgeQueue or ErrorCode.Local_PurgeInflight => true,
        _ => (int)code > 0 && TransientFaults.Is((KafkaCode)(int)code),
    };
}
