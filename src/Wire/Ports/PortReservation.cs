using System.Globalization;
using System.Net.Sockets;

namespace Wire.Ports;

/// <summary>
/// A port that belongs to a server of this process, also while nobody listens on it: a server that is only being started, or that was
/// stopped, finds it free again. Other processes of this program on the machine do not choose it meanwhile. A name in Linux's abstract
/// namespace of sockets (unix(7)), which ends with the process however that ends; nothing is reserved on other systems.
/// </summary>
public sealed class PortReservation : IDisposable
{
    const string Name = "castellan-port-";

    readonly Socket? socket;

    PortReservation(Socket? socket) => this.socket = socket;

    /// <summary>Null: another process, or another part of this one, has it.</summary>
    public static PortReservation? TryTake(int port)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new PortReservation(null);
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint('\0' + NameOf(port)));
            return new PortReservation(socket);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            return null;
        }
    }

    public void Dispose() => socket?.Dispose();

    internal static string NameOf(int port) => Name + port.ToString(CultureInfo.InvariantCulture);
}
