using System.Globalization;

namespace Kafka.Broker.Configuration;

/// <summary>One listener, NAME://host:port; an empty host is every address.</summary>
sealed record Listener(string Name, string Host, int Port)
{
    public override string ToString() => $"{Name}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";

    /// <summary>Throws <see cref="FormatException"/> for anything but a list of plaintext listeners with distinct names.</summary>
    public static IReadOnlyList<Listener> ParseList(string text, string protocolMap)
    {
        var protocols = ParseMap(protocolMap);
        var listeners = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Parse).ToList();
        foreach (var listener in listeners)
        {
            if (!protocols.TryGetValue(listener.Name, out var protocol))
            {
                throw new FormatException($"listener.security.protocol.map has no protocol for {listener.Name}");
            }

            if (protocol != SecurityProtocols.Plaintext)
            {
                throw new FormatException($"{listener}: {protocol} is not supported yet, only PLAINTEXT");
            }
        }

        return listeners.DistinctBy(listener => listener.Name).Count() == listeners.Count
            ? listeners
            : throw new FormatException("each listener must have a different name");
    }

    /// <summary>Names and protocols in capitals, as Kafka compares them.</summary>
    static Dictionary<string, string> ParseMap(string text)
    {
        var protocols = new Dictionary<string, string>();
        foreach (var pair in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.ToUpperInvariant().Split(':', StringSplitOptions.TrimEntries) is not [{ Length: > 0 } name, var protocol]
                || !SecurityProtocols.IsKnown(protocol))
            {
                throw new FormatException($"'{pair}' of listener.security.protocol.map is not NAME:PROTOCOL");
            }

            protocols[name] = protocol;
        }

        return protocols;
    }

    static Listener Parse(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var colon = text.LastIndexOf(':');
        if (scheme < 1 || colon < scheme + 3
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65535)
        {
            throw new FormatException($"'{text}' is not NAME://host:port");
        }

        return new Listener(text[..scheme].ToUpperInvariant(), text[(scheme + 3)..colon].Trim('[', ']'), port);
    }
}
