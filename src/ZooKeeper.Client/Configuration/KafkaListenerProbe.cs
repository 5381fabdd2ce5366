using System.Buffers.Binary;
using System.Net.Sockets;
using Wire;

namespace ZooKeeper.Client.Configuration;

/// <summary>
/// Whether a Kafka broker listens where an ensemble was looked for. Asked only after a server did not answer ZooKeeper's hello: the two
/// addresses of a cluster are easily swapped, and a broker keeps silent then.
/// </summary>
static class KafkaListenerProbe
{
    const int Correlation = 0x43617374;

    static readonly TimeSpan patience = TimeSpan.FromSeconds(1);

    /// <summary>ApiVersions in version 0, without a client id: 10 bytes, which every broker since 0.10 answers.</summary>
    static readonly byte[] question = [0, 0, 0, 10, 0, 18, 0, 0, 0x43, 0x61, 0x73, 0x74, 0xFF, 0xFF];

    /// <summary>The first server that is a broker, as HOST:PORT; null: none. At most three are asked.</summary>
    internal static async Task<string?> FindAsync(ZooKeeperClientOptions options, CancellationToken cancellationToken)
    {
        foreach (var (host, port) in options.Servers.Take(3))
        {
            if (await IsBrokerAsync(host, port, options.Time, cancellationToken).ConfigureAwait(false))
            {
                return HostPort.Format(host, port);
            }
        }

        return null;
    }

    static async Task<bool> IsBrokerAsync(string host, int port, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(host, port, either.Token).ConfigureAwait(false);
            using var stream = new NetworkStream(socket);
            await stream.WriteAsync(question, either.Token).ConfigureAwait(false);
            var answer = new byte[2 * sizeof(int)];
            await stream.ReadExactlyAsync(answer, either.Token).ConfigureAwait(false);
            return BinaryPrimitives.ReadInt32BigEndian(answer.AsSpan(sizeof(int))) == Correlation;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
