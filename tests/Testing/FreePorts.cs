using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Testing;

/// <summary>
/// Ports nobody listens on now, for programs that have to be told theirs. They lie below those that the system gives to outgoing
/// connections, and none is given twice: a server that was killed must find its port free when it comes back, though clients keep
/// trying to reach it (on a port of that range such a client may even reach itself) and other tests start servers, also those of other
/// projects that run beside it: a port that was given has a file, which its process keeps locked until it ends.
/// </summary>
public static class FreePorts
{
    /// <summary>Linux gives outgoing connections 32768 and up.</summary>
    const int First = 12_000;
    const int End = 32_000;

    static readonly Dictionary<int, FileStream> given = [];
    static readonly DirectoryInfo directory = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "castellan-ports"));

    /// <summary>Whether this one is free now.</summary>
    public static bool IsFree(int port)
    {
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public static int[] Take(int count)
    {
        lock (given)
        {
            var ports = new List<int>();
            while (ports.Count < count)
            {
                var port = Random.Shared.Next(First, End);
                if (!given.ContainsKey(port) && IsFree(port) && Claim(port) is { } claimed)
                {
                    given.Add(port, claimed);
                    ports.Add(port);
                }
            }

            return [.. ports];
        }
    }

    /// <summary>Null: another process has it.</summary>
    static FileStream? Claim(int port)
    {
        try
        {
            var file = Path.Combine(directory.FullName, port.ToString(CultureInfo.InvariantCulture));
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
