using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Dashboard.Nodes;

/// <summary>
/// The ports of the hosted nodes, remembered in <c>ports.json</c> beside their data, so that clients find a node again after a restart.
/// A remembered port that somebody else holds is replaced by the next free one. A write failure is an <see cref="IOException"/> at start.
/// </summary>
sealed class Ports
{
    readonly string file;
    readonly Dictionary<string, int> remembered;
    readonly HashSet<int> given = [];

    Ports(string file, Dictionary<string, int> remembered)
    {
        this.file = file;
        this.remembered = remembered;
    }

    public static Ports Load(string dataDirectory)
    {
        var file = Path.Combine(dataDirectory, "ports.json");
        var known = File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(file)) : null;
        return new Ports(file, known ?? []);
    }

    /// <summary>The remembered port of this use when it is free, else the first free one from <paramref name="first"/> on.</summary>
    public int Get(string use, int first)
    {
        if (!remembered.TryGetValue(use, out var port) || given.Contains(port) || !IsFree(port))
        {
            var taken = remembered.Where(r => r.Key != use).Select(r => r.Value).ToHashSet();
            port = Enumerable.Range(first, ushort.MaxValue - first).First(p => !given.Contains(p) && !taken.Contains(p) && IsFree(p));
            remembered[use] = port;
        }

        given.Add(port);
        return port;
    }

    public void Save() => File.WriteAllText(file, JsonSerializer.Serialize(remembered, new JsonSerializerOptions { WriteIndented = true }));

    static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // as a server binds: a port whose last connections are still closing is free
            probe.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
