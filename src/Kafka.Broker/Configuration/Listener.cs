using System.Globalization;

namespace Kafka.Broker.Configuration;

/// <summary>One listener, NAME://host:port; an empty host is every address.</summary>
sealed record Listener(string Name, string Host, int Port)
{
    public override string ToString() => $"{Name}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";

    /// <summary>Throws <see cref="FormatException"/> for anything but a list of plaintext listeners with distinct names.</summary>
    public static IReadOnlyList<Listener> ParseList(string text, string protocolMap)
    {
        var protocols = protocolMap.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split(':')).Where(pair => pair.Length == 2).ToLookup(pair => pair[0], pair => pair[1]);
        var listeners = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Parse).ToList();
        foreach (var listener in listeners)
        {
            if (protocols[listener.Name].FirstOrDefault() is not { } protocol)
            {
                throw new FormatException($"listener.security.protocol.map has no protocol for {listener.Name}");
            }

            if (protocol != "PLAINTEXT")
            {
                throw new FormatException($"{listener}: {protocol} is not supported yet, only PLAINTEXT");
            }
        }

        return listeners.DistinctBy(listener => listener.Name).Count() == listeners.Count
            ? listeners
            : throw new FormatException("each listener must have a different name");
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
