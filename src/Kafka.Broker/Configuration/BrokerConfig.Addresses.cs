using System.Net;
using System.Net.Sockets;
using Wire;

namespace Kafka.Broker.Configuration;

/// <summary>
/// Names of hosts are looked up once at start, so that one that is wrong is reported with its line instead of as a failure of the network.
/// </summary>
public sealed partial class BrokerConfig
{
    /// <summary>FILE:LINE, or the file alone for a key that it does not have.</summary>
    string Place(Dictionary<string, Property> values, string key) =>
        values.TryGetValue(key, out var set) ? $"{FileName}:{set.Line}" : FileName;

    /// <summary>
    /// Where it listens must be known here. What it advertises need not be (a name of another network), which is worth a warning: the
    /// other brokers use it too.
    /// </summary>
    void CheckAddresses(Dictionary<string, Property> values, List<string> warnings)
    {
        if (Listeners.FirstOrDefault(listener => !IsKnown(listener.Host)) is { } unknown)
        {
            throw new ConfigException(
                $"{Place(values, "listeners")}: listeners: the host {unknown.Host} of {unknown} is not known here: "
                + "give it an address (in DNS or /etc/hosts), or write an address in its place");
        }

        warnings.AddRange(AdvertisedListeners.Where(listener => !IsKnown(listener.Host)).Select(listener =>
            $"{Place(values, "advertised.listeners")}: advertised.listeners: the host {listener.Host} of {listener} is not known here: "
            + "brokers and clients that do not know it either cannot connect"));
    }

    /// <summary>
    /// Without the resolver's reason: its words ("Resource temporarily unavailable") would send people to look at the wrong thing.
    /// </summary>
    static bool IsKnown(string host)
    {
        if (host.Length == 0 || IPAddress.TryParse(host, out _))
        {
            return true;
        }

        try
        {
            return Dns.GetHostAddresses(host).Length > 0;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return false;
        }
    }
}
