using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;

namespace Dashboard.Security.SignIn;

/// <summary>
/// Whether a directory says anything at all, asked over a connection of its own before OpenLDAP's library is. The library waits without end
/// for a server that takes a connection and then is silent, whatever time it is given, and keeps its thread.
/// </summary>
static class LdapSilence
{
    /// <summary>
    /// A search for the root entry without attributes (RFC 4511, section 4.5.1), which anybody may send: any answer will do, a refusal too.
    /// </summary>
    static readonly byte[] question =
    [
        0x30, 0x2a, 0x02, 0x01, 0x01, // message 1
        0x63, 0x25, 0x04, 0x00, 0x0a, 0x01, 0x00, 0x0a, 0x01, 0x00, // search "", base object, aliases as they are
        0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x01, 0x01, 0x00, // no limits, values too
        0x87, 0x0b, .. "objectClass"u8, 0x30, 0x05, 0x04, 0x03, .. "1.1"u8, // (objectClass=*), no attributes
    ];

    /// <exception cref="TimeoutException">It is silent. What else is wrong with it the library will say.</exception>
    public static async Task RequireNoneAsync(string host, int port, bool isTls, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patience);
        try
        {
            await AskAsync(host, port, isTls, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"it did not answer within {patience.TotalSeconds:0.#} s.");
        }
        catch (Exception e) when (e is IOException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            // not silent: the library meets the same, and has the words for it
        }
    }

    static async Task AskAsync(string host, int port, bool isTls, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host, port, cancellationToken);
        await using var stream = isTls ? await SecuredAsync(client.GetStream(), host, cancellationToken) : client.GetStream();
        await stream.WriteAsync(question, cancellationToken);
        await stream.ReadExactlyAsync(new byte[1], cancellationToken);
    }

    [SuppressMessage("Security", "CA5359", Justification = "Nothing but a question that anybody may ask is sent; the library verifies.")]
    static async Task<Stream> SecuredAsync(NetworkStream plain, string host, CancellationToken cancellationToken)
    {
        var tls = new SslStream(plain);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = host, RemoteCertificateValidationCallback = (_, _, _, _) => true },
            cancellationToken);
        return tls;
    }
}
