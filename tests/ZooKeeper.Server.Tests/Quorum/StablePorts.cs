using System.Net;
using System.Net.Sockets;

namespace ZooKeeper.Server.Tests.Quorum;

static class StablePorts
{
    /// <summary>
    /// Ports that no one listens on, below the range from which the kernel gives ports to clients, so that no connection takes one
    /// meanwhile.
    /// </summary>
    public static int[] Take(int count)
    {
        var ports = new List<int>();
        while (ports.Count < count)
        {
            var port = Random.Shared.Next(12_000, 32_000);
            if (!ports.Contains(port) && IsFree(port))
            {
                ports.Add(port);
            }
        }

        return [.. ports];
    }

    static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
