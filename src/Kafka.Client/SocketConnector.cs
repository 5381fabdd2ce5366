using System.Net;
using System.Net.Sockets;

namespace Kafka.Client;

/// <summary>Opens TCP connections with a deadline.</summary>
static class SocketConnector
{
    /// <summary>
    /// Tries one address after the other. Each gets an equal part of what is left of the deadline: one that swallows packets does not keep
    /// the next from being tried.
    /// </summary>
    internal static async Task<Socket> ConnectAsync(
        string host, int port, IReadOnlyList<IPEndPoint> addresses, KafkaClientOptions options, CancellationToken cancellationToken)
    {
        var start = options.Time.GetTimestamp();
        KafkaException? last = null;
        for (var i = 0; i < addresses.Count; i++)
        {
            var left = options.ConnectTimeout - options.Time.GetElapsedTime(start);
            var patience = left > TimeSpan.Zero ? left / (addresses.Count - i) : TimeSpan.Zero;
            try
            {
                return await TryAsync(addresses[i], patience, options, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // ??=: a refusal by another address says more than a silent one
                last ??= new KafkaTimeoutException(host, port, KafkaTimeoutException.Attempt, options.ConnectTimeout);
            }
            catch (SocketException e)
            {
                last = new KafkaUnreachableException(host, port, Words(addresses[i], e, host, port), e);
            }
        }

        throw last!;
    }

    static async Task<Socket> TryAsync(
        IPEndPoint address, TimeSpan patience, KafkaClientOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var deadline = new CancellationTokenSource(patience, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(address, either.Token).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>With the address where it is not the one that the message names already.</summary>
    static string Words(IPEndPoint address, SocketException e, string host, int port) =>
        address.Port == port && address.Address.ToString() == host.Trim('[', ']') ? e.Message : $"{e.Message} ({address})";
}
