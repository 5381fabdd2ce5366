using Microsoft.Extensions.Logging;
using Wire;
using Wire.Security;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Dashboard.Monitoring.Connections;

/// <summary>
/// The monitor's session with the ensemble. A session that expired is replaced by a new one; the callbacks of its watches are called, and
/// set them again. After a server refused who this client is, the next attempt waits, longer each time: accounts are locked by less.
/// </summary>
sealed class ZooKeeperLink(ZooKeeperClientOptions options, ILoggerFactory loggers) : IAsyncDisposable
{
    static readonly TimeSpan firstPause = TimeSpan.FromSeconds(2);
    static readonly TimeSpan longestPause = TimeSpan.FromMinutes(1);

    readonly Lock gate = new();
    ZooKeeperClient? client;
    TimeSpan pause = firstPause;
    long? refusedAt;
    bool disposed;

    /// <summary>The chroot of Kafka; paths of <see cref="Client"/> are absolute in the ensemble all the same.</summary>
    public string Chroot { get; } = options.Chroot;

    public IReadOnlyList<(string Host, int Port)> Servers => options.Servers;

    /// <summary>Of each server's AdminServer; 0: it is not asked.</summary>
    public int AdminPort => options.AdminPort;

    /// <summary>Null where connections are plain.</summary>
    public TlsClient? Tls => options.Security.Tls;

    /// <summary>The living session; a new one after the last has ended. Its paths start at the ensemble's root.</summary>
    public ZooKeeperClient Client
    {
        get
        {
            lock (gate)
            {
                if (disposed)
                {
                    throw new ZooKeeperException(
                        ZooKeeperError.SessionExpired, null, CodedText.Of("NotWatched", $"the cluster is not watched any more"));
                }

                if (client is { State: SessionState.Connected })
                {
                    pause = firstPause;
                }

                if (client is { State: SessionState.AuthFailed } && !MayTryAgain())
                {
                    return client; // its calls fail at once, with the refusal
                }

                if (client is null or { State: SessionState.Expired or SessionState.Closed or SessionState.AuthFailed })
                {
                    var ended = client;
                    // no chroot: the znode pages show the whole ensemble, and monitored paths carry it themselves
                    // a session holds watches alone, which are set again
                    client = new ZooKeeperClient(options with { Chroot = "", KeepsLostSession = false }, loggers);
                    // not waited for: calls wait for the session by themselves, within their own deadlines
                    _ = client.StartAsync();
                    _ = ended?.DisposeAsync().AsTask();
                }

                return client;
            }
        }
    }

    bool MayTryAgain()
    {
        refusedAt ??= options.Time.GetTimestamp();
        if (options.Time.GetElapsedTime(refusedAt.Value) < pause)
        {
            return false;
        }

        refusedAt = null;
        pause = pause * 2 < longestPause ? pause * 2 : longestPause;
        return true;
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
