using System.Net;
using System.Net.Sockets;
using Wire.Ports;

namespace Wire.Tests;

public sealed class PortHolderTests
{
    [Fact]
    public void A_port_is_this_processes_while_it_listens_there()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux shows the sockets of processes");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Assert.Equal((Environment.ProcessId, false), (PortHolder.Of(port)!.ProcessId, PortHolder.Of(port)!.OnlyReserved));
        Assert.Contains(
            $"process {Environment.ProcessId} (", PortHolder.Problem(new SocketException((int)SocketError.AddressAlreadyInUse), port),
            StringComparison.Ordinal);

        listener.Stop();
        Assert.Null(PortHolder.Of(port));
    }

    [Fact]
    public void A_reserved_port_is_nobody_elses_until_it_is_given_up()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there are no reservations elsewhere");
        const int port = 1; // nobody listens on it, and it need not be free to be reserved
        using (PortReservation.TryTake(port))
        {
            Assert.Null(PortReservation.TryTake(port));
            Assert.Equal((Environment.ProcessId, true), (PortHolder.Of(port)!.ProcessId, PortHolder.Of(port)!.OnlyReserved));
        }

        using var again = PortReservation.TryTake(port);
        Assert.NotNull(again);
    }
}
