using System.Net.Sockets;

namespace Kafka.Client;

/// <summary>Opens TCP connections with a deadline.</summary>
static class SocketConnector
{
    internal static async Task<Socket> ConnectAsync(string host, int port, KafkaClientOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var deadline = new CancellationTokenSource(options.ConnectTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(host, port, either.Token).ConfigureAwait(false);
            return socket;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new KafkaTimeoutException(host, port, "the connection attempt", options.ConnectTimeout);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket.Dispose();
            throw new KafkaUnreachableException(host, port, e.Message, e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
