using System.Net;
using System.Net.Sockets;
using Kafka.Broker.Configuration;
using Microsoft.Extensions.Logging;
using Wire;
using Wire.Ports;

namespace Kafka.Broker.Network;

/// <summary>The listening sockets of a broker and what serves their connections.</summary>
sealed partial class Listeners(Func<RequestServer> createServer, PauseGate gate, ILogger logger) : IAsyncDisposable
{
    readonly List<(string Name, Acceptor Acceptor)> acceptors = [];
    volatile RequestServer? server;

    /// <summary>0 when there is no such listener yet.</summary>
    public int PortOf(string name) => acceptors.Find(each => each.Name == name).Acceptor?.LocalEndPoint.Port ?? 0;

    /// <summary>
    /// Listens. Until <see cref="Open"/>, connections are closed at once: a broker that is not registered yet knows nothing of the
    /// cluster, and a client that is kept waiting tries another one later. <see cref="IOException"/> names the listener that cannot be
    /// opened, and why.
    /// </summary>
    public void Bind(IEnumerable<Listener> listeners)
    {
        foreach (var listener in listeners)
        {
            try
            {
                acceptors.Add((listener.Name, Acceptor.Bind(new IPEndPoint(ListenAddress.Resolve(listener.Host), listener.Port))));
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                throw new IOException($"listeners={listener}: {Problem(e, listener.Port)}.", e);
            }
        }

        foreach (var (name, acceptor) in acceptors)
        {
            _ = acceptor.RunAsync((socket, stopping) => server?.ServeAsync(socket, name, stopping) ?? Task.CompletedTask, LogFailed, gate);
        }
    }

    public void Open() => server = createServer();

    /// <summary>Parts of the broker end now: see <see cref="RequestServer.BrokerEnds"/>.</summary>
    public void BrokerEnds() => server?.BrokerEnds();

    /// <summary>Every connection is reset and nothing listens any more.</summary>
    public void Abort()
    {
        server?.AbortAll();
        foreach (var (_, acceptor) in acceptors)
        {
            _ = acceptor.DisposeAsync().AsTask();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, acceptor) in acceptors)
        {
            await acceptor.DisposeAsync().ConfigureAwait(false);
        }
    }

    static string Problem(Exception e, int port) => (e as SocketException)?.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => PortHolder.Of(port) is { } holder ? $"the port is taken by {holder}" : "the port is taken",
        SocketError.AddressNotAvailable => "the host is no address of this machine",
        SocketError.AccessDenied => "this user may not listen there",
        _ => e.Message,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "A connection failed")]
    partial void LogFailed(Exception exception);
}
