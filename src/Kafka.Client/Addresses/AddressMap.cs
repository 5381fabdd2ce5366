using System.Collections.Frozen;
using Wire;

namespace Kafka.Client;

/// <summary>
/// Where brokers are reached instead of where they say that they are: for tunnels and port forwarding. It changes where bytes go, and
/// nothing else: certificates and Kerberos principals are still checked against the advertised name, since it is the broker of that name at
/// the other end. Bootstrap addresses are looked up in it too.
/// </summary>
public sealed class AddressMap
{
    readonly FrozenDictionary<(string Host, int Port), (string Host, int Port)> reachable;

    AddressMap(FrozenDictionary<(string Host, int Port), (string Host, int Port)> reachable) => this.reachable = reachable;

    /// <summary>Brokers are reached where they say that they are.</summary>
    public static AddressMap Empty { get; } = Of([]);

    /// <summary>Pairs of advertised HOST:PORT → reachable HOST:PORT. Names of hosts are compared without case.</summary>
    /// <exception cref="CodedFormatException">One of them is not HOST:PORT, or an advertised one comes twice.</exception>
    public static AddressMap Of(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var reachable = new Dictionary<(string Host, int Port), (string Host, int Port)>();
        foreach (var (advertised, where) in pairs)
        {
            if (!reachable.TryAdd(Key(One(advertised)), One(where)))
            {
                throw new CodedFormatException(CodedText.Of("AddressTwice", $"'{advertised}' comes twice."));
            }
        }

        return new AddressMap(reachable.ToFrozenDictionary());
    }

    /// <summary>The same as "advertised=reachable,advertised=reachable".</summary>
    /// <exception cref="CodedFormatException">It is not that.</exception>
    public static AddressMap Parse(string text) => Of(
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', StringSplitOptions.TrimEntries) is [var advertised, var reachable]
                ? KeyValuePair.Create(advertised, reachable)
                : throw new CodedFormatException(CodedText.Of("NoAddressPair", $"'{pair}' is not ADVERTISED:PORT=REACHABLE:PORT."))));

    /// <summary>The address to connect to; the given one when the map says nothing of it.</summary>
    public (string Host, int Port) Reachable(string host, int port) =>
        reachable.Count > 0 && reachable.TryGetValue(Key((host, port)), out var other) ? other : (host, port);

    public override string ToString() => string.Join(
        ',', reachable.Select(pair => $"{Words(pair.Key)}={Words(pair.Value)}"));

    static string Words((string Host, int Port) address) => HostPort.Format(address.Host, address.Port);

    static (string Host, int Port) One(string text) => BootstrapAddresses.Parse(text) is [var one]
        ? one
        : throw new CodedFormatException(CodedText.Of("NotOneAddress", $"'{text}' is not one HOST:PORT."));

    static (string Host, int Port) Key((string Host, int Port) address) => (address.Host.ToLowerInvariant(), address.Port);
}
