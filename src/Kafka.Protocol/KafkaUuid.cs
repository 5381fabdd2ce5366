using System.Buffers.Text;

namespace Kafka.Protocol;

/// <summary>Kafka's text of a uuid: its 16 bytes, most significant first, in URL-safe Base64 without padding (22 characters).</summary>
public static class KafkaUuid
{
    public static string ToText(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Throws <see cref="FormatException"/> for anything that is not 16 bytes.</summary>
    public static Guid Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[24];
        return Base64Url.TryDecodeFromChars(text, bytes, out var written) && written == 16
            ? new Guid(bytes[..16], bigEndian: true)
            : throw new FormatException($"'{text}' is not a uuid");
    }

    /// <summary>Random (version 4); never one whose text starts with a dash, which command lines would take for an option.</summary>
    public static Guid Random()
    {
        Guid id;
        do
        {
            id = Guid.NewGuid();
        }
        while (ToText(id)[0] == '-');
        return id;
    }
}
