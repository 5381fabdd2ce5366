namespace Kafka.Protocol;

/// <summary>What Kafka calls an error: its constant (UNKNOWN_TOPIC_OR_PARTITION) and a sentence.</summary>
public readonly record struct ErrorDescription(string Name, string Message);

/// <summary>Error codes in Kafka's own words.</summary>
public static class ErrorCodes
{
    /// <summary>Constant and message of a code. A code of a later Kafka gets a name with its number.</summary>
    public static ErrorDescription Describe(ErrorCode code) =>
        (uint)((short)code + 1) < (uint)ErrorMessages.All.Length
            ? ErrorMessages.All[(short)code + 1]
            : new ErrorDescription($"ERROR_{(short)code}", $"Error code {(short)code}, which is newer than this program.");

    public static ErrorDescription Describe(short code) => Describe((ErrorCode)code);
}
