using Kafka.Protocol;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>A refusal in Kafka's words; a null message means the code's own.</summary>
sealed class AdminException(ErrorCode code, string? message = null) : Exception(message ?? ErrorCodes.Describe(code).Message)
{
    public ErrorCode Code => code;

    /// <summary>What goes on the wire.</summary>
    public string? Words => message;
}
