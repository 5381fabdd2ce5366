using System.Net.Sockets;
using System.Text;

namespace ZooKeeper.Server.Tests.Quorum;

static class FourLetters
{
    /// <summary>The answer to a four-letter word; empty while no server listens.</summary>
    public static async Task<string> AskAsync(int port, string word)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(word));
            using var reader = new StreamReader(client.GetStream());
            return await reader.ReadToEndAsync();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return "";
        }
    }
}
