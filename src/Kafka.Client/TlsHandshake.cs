using System.Net.Security;
using System.Net.Sockets;
using Wire;
using Wire.Security;

namespace Kafka.Client;

/// <summary>TLS on a connection that was just opened, within the same deadline again.</summary>
static class TlsHandshake
{
    /// <summary>Null without TLS. The socket is closed when it fails.</summary>
    /// <exception cref="KafkaTlsException">No TLS; says why.</exception>
    /// <exception cref="KafkaTimeoutException">No answer to the handshake.</exception>
    internal static async Task<SslStream?> RunAsync(
        Socket socket, string host, int port, KafkaClientOptions options, CancellationToken cancellationToken)
    {
        if (options.Security.Tls is not { } tls)
        {
            return null;
        }

        using var deadline = new CancellationTokenSource(options.ConnectTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await tls.AuthenticateAsync(socket, host, port, either.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            socket.Dispose();
            throw e switch
            {
                OperationCanceledException when !cancellationToken.IsCancellationRequested =>
                    new KafkaTimeoutException(host, port, CodedText.Of("TlsHandshake", $"the TLS handshake"), options.ConnectTimeout),
                TlsException { Failure: TlsFailure.NotTls } notTls =>
                    await ListenerProbe.ExplainNotTlsAsync(host, port, options, notTls, cancellationToken).ConfigureAwait(false),
                TlsException failed => new KafkaTlsException(host, port, failed),
                SocketException or IOException or ObjectDisposedException => new KafkaUnreachableException(host, port, e.Message, e),
                _ => e,
            };
        }
    }
}
