using Wire;

namespace Kafka.Client.Configuration;

/// <summary>
/// Properties that no client can be made of. The message is for the person who wrote them: file and line where there are some, the key,
/// what is wrong and what to write instead; never a secret.
/// </summary>
public sealed class ClientPropertiesException(CodedText told, string? key, Exception? inner = null) : CodedFormatException(told, inner)
{
    /// <summary>Null when it is not about one of them.</summary>
    public string? Key { get; } = key;
}
