using Microsoft.Extensions.Logging;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Dashboard.Monitoring.Connections;

/// <summary>
/// The monitor's session with the ensemble. A session that expired is replaced by a new one; the callbacks of its watches are called, and
/// set them again.
/// </summary>
sealed class ZooKeeperLink(ZooKeeperClientOptions options, ILoggerFactory loggers) : IAsyncDisposable
{
    readonly Lock gate = new();
    ZooKeeperClient? client;
    bool disposed;

    /// <summary>The chroot of Kafka; paths of <see cref="Client"/> are absolute in the ensemble all the same.</summary>
    public string Chroot { get; } = options.Chroot;

    public IReadOnlyList<(string Host, int Port)> Servers => options.Servers;

    /// <summary>The living session; a new one after the last has ended. Its paths start at the ensemble's root.</summary>
    public ZooKeeperClient Client
    {
        get
        {
            lock (gate)
            {
                if (disposed)
                {
                    throw new ZooKeeperException(ZooKeeperError.SessionExpired, null, "the cluster is not watched any more");
                }

                if (client is null or { State: SessionState.Expired or SessionState.Closed or SessionState.AuthFailed })
                {
                    var ended = client;
                    client = new ZooKeeperClient(options with { Chroot = "" }, loggers);
                    _ = client.StartAsync();
                    _ = ended?.DisposeAsync().AsTask();
                }

                return client;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        ZooKeeperClient? last;
        lock (gate)
        {
            disposed = true;
            last = client;
        }

        if (last is not null)
        {
            await last.DisposeAsync().ConfigureAwait(false);
        }
    }
}
