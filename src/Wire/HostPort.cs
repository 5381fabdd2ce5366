using System.Globalization;

namespace Wire;

/// <summary>Addresses as people read and write them.</summary>
public static class HostPort
{
    /// <summary>host:port; an IPv6 address is in brackets, or its last group would be taken for the port.</summary>
    public static string Format(string host, int port) => string.Create(CultureInfo.InvariantCulture, $"{Bracketed(host)}:{port}");

    public static string Bracketed(string host) => host.Contains(':') && !host.StartsWith('[') ? $"[{host}]" : host;
}
