using System.Net.Sockets;
using Dashboard.Security.Identity;
using Wire.Security;

namespace Dashboard.Security.SignIn;

/// <summary>
/// Why TLS with a directory fails, looked at once OpenLDAP's library has failed: that says no more than that the server cannot be reached,
/// whichever of certificate, name and authority it is. What it says decides; this finds the words alone.
/// </summary>
static class LdapTls
{
    const byte Success = 0, ExtendedResponse = 0x78, Enumerated = 0x0a;

    /// <summary>An extended request of that name (RFC 4511, section 4.14).</summary>
    static readonly byte[] startTls = [0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16, .. "1.3.6.1.4.1.1466.20037"u8];

    /// <summary>Null: TLS is not what is wrong, or that cannot be seen.</summary>
    public static async Task<string?> FaultAsync(LdapSettings settings, string host, int port, TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, deadline.Token);
            if (settings.StartTls && !await BeginsAsync(client.GetStream(), deadline.Token))
            {
                return null;
            }

            var trusted = settings.Ca is { } ca ? new KeyMaterial(nameof(settings.Ca), ca, null, null) : null;
            await using var secured = await new TlsClient(new TlsSettings { Trusted = trusted })
                .AuthenticateAsync(client.Client, host, port, deadline.Token);
            return null;
        }
        catch (TlsException e)
        {
            return e.Message;
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Whether the directory agrees; a message of more than 127 bytes would be a refusal in many words.</summary>
    static async Task<bool> BeginsAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(startTls, cancellationToken);
        var head = new byte[2];
        await stream.ReadExactlyAsync(head, cancellationToken);
        if (head[1] > sbyte.MaxValue)
        {
            return false;
        }

        var answer = new byte[head[1]];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        // message 1 (three bytes), the response and its length, the result code
        return answer is [_, _, _, ExtendedResponse, _, Enumerated, 1, Success, ..];
    }
}
