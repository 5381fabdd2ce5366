using System.Globalization;
using System.Text.Json;
using Wire;

namespace Kafka.Protocol.Znodes;

/// <summary>An address of a broker: EXTERNAL://host:port with the security protocol behind that name.</summary>
public sealed record BrokerEndpoint(string Listener, string SecurityProtocol, string Host, int Port);

/// <summary>/brokers/ids/N, version 5 (KIP-584): where a broker can be reached. Ephemeral; its czxid is the broker's epoch.</summary>
public sealed record BrokerZNode(int Id, IReadOnlyList<BrokerEndpoint> Endpoints, string? Rack, long Timestamp, int JmxPort = -1)
{
    /// <summary>
    /// For clients that know nothing of listeners, as Kafka chooses the one of <c>host</c> and <c>port</c>: the first plaintext one. Else
    /// the first of all; null for none.
    /// </summary>
    public BrokerEndpoint? Plain =>
        Endpoints.FirstOrDefault(endpoint => endpoint.SecurityProtocol == "PLAINTEXT") ?? (Endpoints.Count > 0 ? Endpoints[0] : null);

    /// <summary>Null where the broker has no such listener.</summary>
    public BrokerEndpoint? Endpoint(string listener) => Endpoints.FirstOrDefault(endpoint => endpoint.Listener == listener);

    /// <summary>As Kafka writes it, byte for byte.</summary>
    public byte[] Encode()
    {
        // host and port are for clients older than listeners: the first plaintext one
        var plain = Endpoints.FirstOrDefault(endpoint => endpoint.SecurityProtocol == "PLAINTEXT");
        return ZkJson.Object(json =>
        {
            json.WriteStartObject("features");
            json.WriteEndObject();
            json.WriteStartObject("listener_security_protocol_map");
            foreach (var endpoint in Endpoints)
            {
                json.WriteString(endpoint.Listener, endpoint.SecurityProtocol);
            }

            json.WriteEndObject();
            json.WriteStartArray("endpoints");
            foreach (var endpoint in Endpoints)
            {
                json.WriteStringValue($"{endpoint.Listener}://{HostPort.Format(endpoint.Host, endpoint.Port)}");
            }

            json.WriteEndArray();
            if (Rack is not null)
            {
                json.WriteString("rack", Rack);
            }

            json.WriteNumber("jmx_port", JmxPort);
            json.WriteNumber("port", plain?.Port ?? -1);
            json.WriteString("host", plain?.Host);
            json.WriteNumber("version", 5);
            json.WriteString("timestamp", Timestamp.ToString(CultureInfo.InvariantCulture));
        });
    }

    /// <summary>Versions 1 to 5. Null for what is no broker.</summary>
    public static BrokerZNode? Decode(int id, ReadOnlyMemory<byte> data) => ZkJson.Read(data, json =>
    {
        var rack = json.TryGetProperty("rack", out var rackElement) && rackElement.ValueKind == JsonValueKind.String
            ? rackElement.GetString()
            : null;
        var timestamp = json.TryGetProperty("timestamp", out var time) ? time.Long() : -1;
        var jmx = json.TryGetProperty("jmx_port", out var port) ? port.GetInt32() : -1;
        return new BrokerZNode(id, [.. ReadEndpoints(json)], rack, timestamp, jmx);
    });

    static IEnumerable<BrokerEndpoint> ReadEndpoints(JsonElement json)
    {
        if (!json.TryGetProperty("endpoints", out var endpoints))
        {
            yield return new BrokerEndpoint("PLAINTEXT", "PLAINTEXT", Text(json.GetProperty("host")), json.GetProperty("port").GetInt32());
            yield break;
        }

        json.TryGetProperty("listener_security_protocol_map", out var protocols);
        foreach (var text in endpoints.EnumerateArray().Select(Text))
        {
            var scheme = text.IndexOf("://", StringComparison.Ordinal);
            var colon = text.LastIndexOf(':');
            var listener = text[..scheme];
            var protocol = protocols.ValueKind == JsonValueKind.Object && protocols.TryGetProperty(listener, out var mapped)
                ? Text(mapped)
                : listener;
            yield return new BrokerEndpoint(
                listener,
                protocol,
                text[(scheme + 3)..colon].Trim('[', ']'),
                int.Parse(text.AsSpan(colon + 1), CultureInfo.InvariantCulture));
        }
    }

    static string Text(JsonElement element) => element.GetString() ?? throw new FormatException("null in place of a text");
}
