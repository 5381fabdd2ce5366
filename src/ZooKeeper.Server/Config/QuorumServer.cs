using System.Globalization;
using System.Net;
using Wire;

namespace ZooKeeper.Server;

/// <summary>One line server.N=host:quorumPort:electionPort[:participant|observer][;[clientAddress:]clientPort].</summary>
/// <param name="Id">N, 0 to 255.</param>
/// <param name="Host">Name or address, IPv6 without brackets.</param>
/// <param name="QuorumPort">Where it listens for followers while it leads.</param>
/// <param name="ElectionPort">Where it listens for votes.</param>
/// <param name="IsObserver">It follows and does not vote.</param>
/// <param name="ClientAddress">After the semicolon; null for all addresses.</param>
/// <param name="ClientPort">After the semicolon; null when the file gives clientPort instead.</param>
public sealed record QuorumServer(
    long Id, string Host, int QuorumPort, int ElectionPort, bool IsObserver, string? ClientAddress, int? ClientPort)
{
    /// <summary>As /zookeeper/config has it.</summary>
    public override string ToString()
    {
        var role = IsObserver ? "observer" : "participant";
        var client = ClientPort is { } port ? ";" + HostPort.Format(ClientAddress ?? "0.0.0.0", port) : "";
        return string.Create(CultureInfo.InvariantCulture, $"{HostPort.Format(Host, QuorumPort)}:{ElectionPort}:{role}{client}");
    }

    /// <summary>Where this server listens for the others: the address of its line, or all addresses.</summary>
    /// <exception cref="IOException">The host of the line has no address.</exception>
    internal async Task<IPAddress> ListenAddressAsync(bool onAllAddresses, CancellationToken cancellationToken)
    {
        if (onAllAddresses)
        {
            return ListenAddress.Every;
        }

        try
        {
            return await ListenAddress.ResolveAsync(Host, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new IOException($"server.{Id}={this}: {e.Message}.", e);
        }
    }

    /// <returns>Null and the problem when it is not such a line.</returns>
    public static QuorumServer? TryParse(long id, string value, out string problem)
    {
        problem = "";
        var halves = value.Split(';', 2);
        var parts = SplitAddress(halves[0]);
        if (halves[0].Contains('|'))
        {
            problem = "several addresses of one server are not supported";
            return null;
        }

        if (parts.Count is < 3 or > 4 || parts[0].Length == 0)
        {
            problem = "expected host:quorumPort:electionPort[:participant|observer]";
            return null;
        }

        if (!TryPort(parts[1], out var quorumPort) || !TryPort(parts[2], out var electionPort))
        {
            problem = "a port is a number from 1 to 65535";
            return null;
        }

        var role = parts.Count == 4 ? parts[3].ToLowerInvariant() : "participant";
        if (role is not ("participant" or "observer"))
        {
            problem = $"\"{parts[3]}\" is neither participant nor observer";
            return null;
        }

        string? clientAddress = null;
        int? clientPort = null;
        if (halves.Length == 2 && halves[1].Trim().Length > 0)
        {
            var client = SplitAddress(halves[1]);
            if (client.Count > 2 || !TryPort(client[^1], out var port))
            {
                problem = "expected [clientAddress:]clientPort after the semicolon";
                return null;
            }

            if (port == electionPort)
            {
                problem = "the client port and the election port must be different";
                return null;
            }

            clientPort = port;
            clientAddress = client.Count == 2 ? client[0] : null;
        }

        return new QuorumServer(id, parts[0], quorumPort, electionPort, role == "observer", clientAddress, clientPort);
    }

    /// <summary>Splits at colons outside brackets; brackets go.</summary>
    static List<string> SplitAddress(string text)
    {
        text = text.Trim();
        if (!text.StartsWith('[') || text.IndexOf(']') is var close && close < 0)
        {
            return [.. text.Split(':').Select(p => p.Trim())];
        }

        var rest = text[(close + 1)..];
        return [text[1..close], .. rest.StartsWith(':') ? rest[1..].Split(':').Select(p => p.Trim()) : []];
    }

    static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535;
}
