using System.Globalization;
using System.Net;

namespace ZooKeeper.Server.Auth;

/// <summary>An address of IPv4 or IPv6 with an optional /bits, as ACLs of scheme ip have it.</summary>
readonly struct IpRange
{
    readonly byte[] address;
    readonly int bits;

    IpRange(byte[] address, int bits)
    {
        this.address = address;
        this.bits = bits;
    }

    public static bool TryParse(string text, out IpRange range)
    {
        range = default;
        var slash = text.IndexOf('/');
        var host = slash < 0 ? text : text[..slash];
        // .NET takes "10" and "10.1" for addresses as well, Apache's IPAuthenticationProvider wants four parts
        if (!IPAddress.TryParse(host, out var parsed) || (!host.Contains(':') && host.Count(c => c == '.') != 3))
        {
            return false;
        }

        var bytes = parsed.GetAddressBytes();
        var bits = bytes.Length * 8;
        var isNumber = slash < 0 || int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out bits);
        if (!isNumber || bits > bytes.Length * 8)
        {
            return false;
        }

        range = new IpRange(bytes, bits);
        return true;
    }

    public bool Contains(string client)
    {
        if (!IPAddress.TryParse(client, out var parsed))
        {
            return false;
        }

        var other = (parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed).GetAddressBytes();
        if (other.Length != address.Length)
        {
            return false;
        }

        for (var i = 0; i < bits; i++)
        {
            var mask = 0x80 >> (i & 7);
            if ((other[i >> 3] & mask) != (address[i >> 3] & mask))
            {
                return false;
            }
        }

        return true;
    }
}
