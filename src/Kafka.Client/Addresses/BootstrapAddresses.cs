using System.Globalization;
using Wire;

namespace Kafka.Client;

static class BootstrapAddresses
{
    const int DefaultPort = 9092;

    internal static IReadOnlyList<(string Host, int Port)> Parse(string text)
    {
        var addresses = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(One).ToList();
        return addresses.Count > 0 ? addresses : throw new CodedFormatException(
            CodedText.Of("NoAddress", $"No address: host:port,host:port is expected."));
    }

    static (string Host, int Port) One(string text)
    {
        var colon = text.LastIndexOf(':');
        // more than one colon and no brackets is an IPv6 address: its last group is no port
        var portless = colon < 0 || text.EndsWith(']') || (text.IndexOf(':') != colon && !text.StartsWith('['));
        var host = (portless ? text : text[..colon]).Trim('[', ']');
        var port = DefaultPort;
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown || (!portless && !IsPort(text[(colon + 1)..], out port)))
        {
            throw new CodedFormatException(CodedText.Of("NotHostPort", $"'{text}' is not host:port."));
        }

        return (host, port);
    }

    static bool IsPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536;
}
