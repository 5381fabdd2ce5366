using System.Text;

namespace Wire.Security;

/// <summary>What a peer speaks that does not speak the expected protocol, by the four bytes that were taken for a frame's length.</summary>
public static class ForeignProtocols
{
    /// <summary>"TLS", "HTTP" …, or null when the bytes say nothing.</summary>
    public static string? Name(int length)
    {
        Span<byte> first = [(byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length];
        return first switch
        {
            // a record of RFC 8446, most likely the alert that plain bytes are answered with
            [0x14 or 0x15 or 0x16, 0x03, <= 0x04, _] => Tls,
            _ => Encoding.ASCII.GetString(first) switch
            {
                "HTTP" => "HTTP",
                "SSH-" => "SSH",
                "220 " or "220-" => "SMTP or FTP",
                _ => null,
            },
        };
    }

    public const string Tls = "TLS";
}
