using System.Buffers.Binary;
using System.Text;

namespace Wire.Security;

/// <summary>What a peer speaks that does not speak the expected protocol, by the four bytes that were taken for a frame's length.</summary>
public static class ForeignProtocols
{
    /// <summary>A record of RFC 8446, most likely the alert that plain bytes are answered with.</summary>
    public static bool IsTls(int length) => First(length) is [0x14 or 0x15 or 0x16, 0x03, <= 0x04, _];

    /// <summary>"it speaks HTTP", or how its text begins; null for bytes that are no text, and may be a length.</summary>
    public static CodedText? Words(int length)
    {
        var first = First(length);
        return !first.All(one => one is >= (byte)' ' and <= (byte)'~') ? null
            : Encoding.ASCII.GetString(first) is var text and not "HTTP" ? AnswerBegins($"'{text}'")
            : CodedText.Of("SpeaksHttp", $"it speaks HTTP");
    }

    /// <param name="bytes">As people read them.</param>
    public static CodedText AnswerBegins(string bytes) => CodedText.Of("AnswerBegins", $"its answer begins with {bytes}");

    static byte[] First(int length)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        return bytes;
    }
}
