using System.Net;
using System.Net.Sockets;
using Wire;

namespace Kafka.Client;

/// <summary>From names to addresses, within a deadline: resolvers wait for silent DNS servers much longer than a caller does.</summary>
static class AddressResolver
{
    /// <summary>Where to connect, at least one; the address map is applied.</summary>
    internal static async Task<IReadOnlyList<IPEndPoint>> ResolveAsync(
        string host, int port, KafkaClientOptions options, CancellationToken cancellationToken)
    {
        var (reachable, reachablePort) = options.AddressMap.Reachable(host, port);
        if (IPAddress.TryParse(reachable.Trim('[', ']'), out var address))
        {
            return [new IPEndPoint(address, reachablePort)];
        }

        var addresses = await LookUpAsync(reachable, host, port, options, cancellationToken).ConfigureAwait(false);
        return [.. addresses.Select(one => new IPEndPoint(one, reachablePort))];
    }

    /// <summary>
    /// The bootstrap addresses, each by the canonical names of what it resolves to. One that is not known now stays as it is, and the
    /// answer is not complete.
    /// </summary>
    internal static async Task<(IReadOnlyList<(string Host, int Port)> Addresses, bool IsComplete)> CanonicalAsync(
        IReadOnlyList<(string Host, int Port)> bootstrap, KafkaClientOptions options, CancellationToken cancellationToken)
    {
        var names = new List<(string Host, int Port)>();
        var isComplete = true;
        foreach (var (host, port) in bootstrap)
        {
            try
            {
                foreach (var address in await LookUpAsync(host, host, port, options, cancellationToken).ConfigureAwait(false))
                {
                    // by the address, so that it is looked up backwards: only that gives the canonical name
                    var entry = await Dns.GetHostEntryAsync(address.ToString(), cancellationToken)
                        .WaitAsync(options.ConnectTimeout, options.Time, cancellationToken).ConfigureAwait(false);
                    names.Add((entry.HostName, port));
                }
            }
            catch (Exception e) when (e is KafkaException or SocketException or ArgumentException or TimeoutException)
            {
                names.Add((host, port));
                isComplete = false;
            }
        }

        // several addresses of one machine have one name
        return ([.. names.Distinct()], isComplete);
    }

    static async Task<IPAddress[]> LookUpAsync(
        string name, string host, int port, KafkaClientOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await options.AddressesOf(name, cancellationToken)
                .WaitAsync(options.ConnectTimeout, options.Time, cancellationToken).ConfigureAwait(false);
            return addresses.Length > 0 ? addresses : throw Unknown(name, host, port, "it has no address", null);
        }
        catch (TimeoutException)
        {
            throw new KafkaTimeoutException(host, port, CodedText.Of("LookUp", $"the look-up of the name {name}"), options.ConnectTimeout);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw Unknown(name, host, port, e.Message, e);
        }
    }

    static KafkaUnreachableException Unknown(string name, string host, int port, string why, Exception? cause) => new(
        host, port,
        CodedText.Of("UnknownName", $"this machine does not know the name {HostPort.Bracketed(name)} ({why.TrimEnd('.')})"), cause);
}
