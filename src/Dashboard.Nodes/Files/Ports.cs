using System.Net;
using System.Text.Json;
using Wire;
using Wire.Files;
using Wire.Ports;

namespace Dashboard.Nodes.Files;

/// <summary>
/// The ports of the hosted nodes, remembered in <c>ports.json</c> beside their data, so that clients find a node again after a restart.
/// Each is claimed until its node listens, and reserved for as long as this program hosts. A remembered port that another process holds is
/// replaced by the next free one; a file that cannot be understood is made anew, and that is reported. A write failure is an
/// <see cref="IOException"/> at start, and leaves the file as it was.
/// </summary>
sealed class Ports : IDisposable
{
    readonly string file;
    readonly Dictionary<string, int> remembered;
    readonly PortClaims claims = new();
    readonly Dictionary<int, PortReservation> reserved = [];
    readonly List<string> moved = [];
    readonly IReadOnlySet<int> free;

    Ports(string file, Dictionary<string, int> remembered, IReadOnlySet<int>? free)
    {
        this.file = file;
        this.remembered = remembered;
        this.free = free ?? new HashSet<int>();
    }

    /// <summary>What to report of ports that clients knew and that other processes hold now.</summary>
    public IReadOnlyList<string> Moved => moved;

    /// <param name="free">Will be, though others listen there now: not claimed. Null: none.</param>
    public static Ports Load(string dataDirectory, IReadOnlySet<int>? free = null)
    {
        var file = Path.Combine(dataDirectory, "ports.json");
        try
        {
            var known = File.Exists(file)
                ? JsonSerializer.Deserialize(File.ReadAllText(file), KeptJson.Default.DictionaryStringInt32)
                : null;
            return new Ports(file, (known ?? []).Where(k => k.Value is > 0 and <= ushort.MaxValue).ToDictionary(), free);
        }
        catch (JsonException e)
        {
            var ports = new Ports(file, [], free);
            ports.moved.Add($"{file} cannot be understood ({e.Message}); the nodes' ports are chosen anew.");
            return ports;
        }
    }

    /// <summary>The remembered port of this use when it is free, else the first free one from <paramref name="first"/> on.</summary>
    public int Get(string use, int first)
    {
        var known = remembered.TryGetValue(use, out var port);
        if (known && Claim(port))
        {
            return port;
        }

        // a port of a node that is not started yet is free to claim, and not to be taken all the same
        var others = remembered.Where(r => r.Key != use).Select(r => r.Value).ToHashSet();
        var next = Enumerable.Range(first, ushort.MaxValue - first).First(p => !others.Contains(p) && Claim(p));
        if (known)
        {
            moved.Add($"Port {port} of {use} is {HolderOf(port)}; using {next}.");
        }

        return remembered[use] = next;
    }

    public void Save() =>
        Disk.Instance.WriteWhole(file, JsonSerializer.SerializeToUtf8Bytes(remembered, KeptJson.Default.DictionaryStringInt32));

    /// <summary>Gives up the ports on which no node listens yet.</summary>
    public void Dispose()
    {
        claims.Dispose();
        foreach (var reservation in reserved.Values)
        {
            reservation.Dispose();
        }

        reserved.Clear();
    }

    static string HolderOf(int port) => PortHolder.Of(port) is { } holder
        ? holder.OnlyReserved ? $"reserved for a node of another Castellan, {holder}" : $"taken by {holder}"
        : "taken";

    /// <summary>
    /// Reserved as well: between a claim that is given up and a server that listens lie seconds with a process of Apache's, and hours
    /// with a node that was stopped.
    /// </summary>
    bool Claim(int port)
    {
        if (free.Contains(port))
        {
            return true;
        }

        var reservation = reserved.GetValueOrDefault(port) ?? PortReservation.TryTake(port);
        if (reservation is not null && claims.TryClaim(new IPEndPoint(IPAddress.Loopback, port)))
        {
            reserved[port] = reservation;
            return true;
        }

        if (!reserved.ContainsKey(port))
        {
            reservation?.Dispose();
        }

        return false;
    }
}
