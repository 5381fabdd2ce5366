using System.Net;
using System.Net.Sockets;
using Kafka.Broker.Configuration;
using Microsoft.Extensions.Logging;
using Wire;

namespace Kafka.Broker.Network;

/// <summary>The listening sockets of a broker and what serves their connections.</summary>
public sealed partial class Listeners(Func<RequestServer> createServer, PauseGate gate, ILogger logger) : IAsyncDisposable
{
    readonly List<(string Name, Acceptor Acceptor)> acceptors = [];
    volatile RequestServer? server;

    /// <summary>0 when there is no such listener yet.</summary>
    public int PortOf(string name) => acceptors.Find(each => each.Name == name).Acceptor?.LocalEndPoint.Port ?? 0;

    /// <summary>
    /// Listens. Until <see cref="Open"/>, connections are closed at once: a broker that is not registered yet knows nothing to tell, and whoever
    /// waited for it would ask another one less soon. <see cref="IOException"/> names the address that is taken.</summary>
    public void Bind(IEnumerable<Listener> listeners)
    {
        foreach (var listener in listeners)
        {
            try
            {
                acceptors.Add((listener.Name, Acceptor.Bind(new IPEndPoint(Resolve(listener.Host), listener.Port))));
            }
            catch (SocketException e)
            {
                throw new IOException(
                    e.SocketErrorCode == SocketError.AddressAlreadyInUse ? $"{listener}: the port is taken." : $"{listener}: {e.Message}", e);
            }
        }

        foreach (var (name, acceptor) in acceptors)
        {
            _ = acceptor.RunAsync((socket, stopping) => server?.ServeAsync(socket, name, stopping) ?? Task.CompletedTask, LogFailed, gate);
        }
    }

    public void Open() => server = createServer();

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

    static IPAddress Resolve(string host) => host.Length == 0 ? IPAddress.Any
        : IPAddress.TryParse(host, out var address) ? address
        : Dns.GetHostAddresses(host, AddressFamily.InterNetwork).FirstOrDefault() ?? throw new IOException($"{host}: no such address.");

    [LoggerMessage(Level = LogLevel.Error, Message = "A connection failed")]
    partial void LogFailed(Exception exception);
}
