using System.Net;
using System.Net.Sockets;
using Wire;

namespace Kafka.Broker.Configuration;

/// <summary>Where it listens and what it advertises: the rules of Kafka 3.9 that hold for listeners together.</summary>
public sealed partial class BrokerConfig
{
    void CheckListeners(Dictionary<string, Property> values)
    {
        var (listeners, advertised) = (ParseListeners(values, "listeners"), ParseListeners(values, "advertised.listeners"));
        if (listeners.Count == 0)
        {
            throw Wrong(values, "listeners", "names no listener");
        }

        if (listeners.Where(listener => listener.Port > 0).GroupBy(listener => listener.Port).FirstOrDefault(SharesPort) is { } twice)
        {
            throw Wrong(values, "listeners", $"{string.Join(" and ", twice)} have the same port: each listener must have a different one");
        }

        if (advertised.FirstOrDefault(one => listeners.All(listener => listener.Name != one.Name)) is { } unknown)
        {
            throw Wrong(values, "advertised.listeners", $"{unknown} is no listener: names must be among those of listeners");
        }

        if (advertised.FirstOrDefault(one => one.Host.Length > 0 && ListenAddress.IsEvery(one.Host)) is { } everywhere)
        {
            throw Wrong(
                values,
                "advertised.listeners",
                $"{everywhere} is an address to listen at and none to connect to: write this machine's own");
        }

        CheckInterBroker(values, listeners, advertised);
    }

    void CheckInterBroker(Dictionary<string, Property> values, IReadOnlyList<Listener> listeners, IReadOnlyList<Listener> advertised)
    {
        if (Values.Text("inter.broker.listener.name") is { } name && listeners.All(listener => listener.Name != InterBrokerListenerName))
        {
            throw Wrong(values, "inter.broker.listener.name", $"no listener is called {name}");
        }

        if (advertised.Count > 0 && advertised.All(one => one.Name != InterBrokerListenerName))
        {
            throw Wrong(
                values,
                "advertised.listeners",
                $"{InterBrokerListenerName}, by which brokers reach each other, is not among them: name it, "
                + "or another one as inter.broker.listener.name");
        }
    }

    IReadOnlyList<Listener> ParseListeners(Dictionary<string, Property> values, string key)
    {
        try
        {
            return Listener.ParseList(Values.Text(key) ?? "", Values.Text("listener.security.protocol.map")!);
        }
        catch (FormatException e)
        {
            throw Wrong(values, values.ContainsKey(key) ? key : "listener.security.protocol.map", e.Message);
        }
    }

    /// <summary>An address of IPv4 and one of IPv6 may (KIP-797).</summary>
    static bool SharesPort(IGrouping<int, Listener> group) =>
        group.Count() > 1 && group.Select(listener => Family(listener.Host)).Order().ToArray()
            is not [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    /// <summary>Unknown for a name.</summary>
    static AddressFamily Family(string host) =>
        IPAddress.TryParse(host, out var address) ? address.AddressFamily : AddressFamily.Unspecified;
}
