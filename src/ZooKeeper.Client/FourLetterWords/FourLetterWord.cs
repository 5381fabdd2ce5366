using System.Net.Sockets;
using System.Text;
using Wire;
using Wire.Security;

namespace ZooKeeper.Client.FourLetterWords;

/// <summary>
/// Asks a server one of its four-letter words (ZooKeeper Administrator's Guide): a connection of its own, four bytes there, text back until
/// the end.
/// </summary>
public static class FourLetterWord
{
    /// <summary>Longest answer read, in bytes: wchp of a busy server is long, a peer that never stops is not a ZooKeeper.</summary>
    const int longest = 32 << 20;

    const string notWhitelisted = "is not executed because it is not in the whitelist";
    const string notServing = "This ZooKeeper instance is not currently serving requests";

    /// <exception cref="FourLetterWordException">No connection, no whole answer in time, the word is not whitelisted, or the server has no
    /// quorum.</exception>
    public static async Task<string> SendAsync(
        string host, int port, string word, TimeSpan timeout, TimeProvider? time = null, TlsClient? tls = null,
        CancellationToken cancellationToken = default)
    {
        using var limit = new CancellationTokenSource(timeout, time ?? TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var answer = await ExchangeAsync(host, port, word, tls, both.Token).ConfigureAwait(false);
            return Check(host, port, word, answer);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var problem = CodedText.Of(
                "WordUnanswered", $"{HostPort.Format(host, port)} did not answer {word} within {timeout.TotalSeconds:0.#} s.");
            throw new FourLetterWordException(FourLetterWordFailure.TimedOut, problem);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            var problem = CodedText.Of("WordNotAsked", $"{HostPort.Format(host, port)} could not be asked {word}: {CodedText.Of(e)}");
            throw new FourLetterWordException(FourLetterWordFailure.Unreachable, problem, e);
        }
    }

    static async Task<string> ExchangeAsync(string host, int port, string word, TlsClient? tls, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
        using Stream stream = tls is null
            ? new NetworkStream(socket)
            : await tls.AuthenticateAsync(socket, host, port, cancellationToken).ConfigureAwait(false);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(word), cancellationToken).ConfigureAwait(false);
        using var answer = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            answer.Write(buffer, 0, count);
            if (answer.Length > longest)
            {
                throw new IOException($"the answer is longer than {longest} bytes");
            }
        }

        return Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length);
    }

    static string Check(string host, int port, string word, string answer)
    {
        var server = HostPort.Format(host, port);
        // Contains: the word itself comes before it
        if (answer.Contains(notWhitelisted, StringComparison.Ordinal))
        {
            throw new FourLetterWordException(
                FourLetterWordFailure.NotWhitelisted,
                CodedText.Of("WordNotAllowed", $"{server} does not answer {word}: it is not in its 4lw.commands.whitelist."));
        }

        if (answer.StartsWith(notServing, StringComparison.Ordinal))
        {
            throw new FourLetterWordException(
                FourLetterWordFailure.NotServing, CodedText.Of("ServerNotServing", $"{server} is not serving: it has no quorum."));
        }

        return answer.Length > 0
            ? answer
            // nothing at all: a port with TLS, or one that takes no more connections from here
            : throw new FourLetterWordException(
                FourLetterWordFailure.Unreachable,
                CodedText.Of("WordClosedOn", $"{server} closed the connection without an answer to {word}."));
    }
}
