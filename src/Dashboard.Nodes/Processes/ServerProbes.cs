using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Dashboard.Nodes.Processes;

/// <summary>Whether a server on loopback serves: asked in its own protocol, since a port may be open long before.</summary>
static class ServerProbes
{
    /// <summary>ApiVersions, version 0, with a header of version 1 and no client id: every broker and controller answers it.</summary>
    static readonly byte[] apiVersions = [0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff];

    public static Task<bool> KafkaAsync(int port, CancellationToken cancellationToken) =>
        // byte 7 is the end of the correlation id, which was 1: any error in the answer is an answer, too
        AskAsync(port, apiVersions, (answer, read) => read >= 8 && answer[7] == 1, cancellationToken);

    /// <summary>A server without a quorum answers, and says that it does not serve.</summary>
    public static Task<bool> ZooKeeperAsync(int port, CancellationToken cancellationToken) =>
        AskAsync(
            port, "srvr"u8.ToArray(), (answer, read) => Encoding.ASCII.GetString(answer, 0, read).Contains("Mode: "), cancellationToken);

    static async Task<bool> AskAsync(int port, byte[] question, Func<byte[], int, bool> isGood, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken).ConfigureAwait(false);
            var stream = client.GetStream();
            await stream.WriteAsync(question, cancellationToken).ConfigureAwait(false);
            var answer = new byte[1024];
            for (var read = 0; read < answer.Length;)
            {
                var more = await stream.ReadAsync(answer.AsMemory(read), cancellationToken).ConfigureAwait(false);
                read += more;
                // TCP may give the answer in pieces; at the end of the stream what came is all there is
                if (more == 0 || isGood(answer, read))
                {
                    return isGood(answer, read);
                }
            }

            return false;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return false;
        }
    }
}
