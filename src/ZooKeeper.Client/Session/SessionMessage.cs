using Wire;
using Wire.Security;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Client.Session;

/// <summary>
/// A message to the session's loop. Body: a <see cref="PendingRequest"/>, <see cref="Credentials"/>, a <see cref="CloseRequest"/>, a
/// <see cref="Tick"/>, or from a link a Frame, the server's <see cref="ConnectResponse"/>, or <see cref="LinkEnded"/>. What comes from a
/// link that is not the current one is dropped.
/// </summary>
readonly record struct SessionMessage(object Body, ServerLink? Link = null);

/// <summary>Time went by: pings and deadlines are due.</summary>
sealed class Tick
{
    public static readonly Tick Instance = new();
}

/// <summary>The socket is gone, or never came to be.</summary>
/// <param name="Kind">What has to be looked at.</param>
/// <param name="AnswerTooLong">The server announced a longer answer than is read; it belongs to the oldest request.</param>
/// <param name="IsRefusal">The server does not believe who this client is: another attempt would end alike.</param>
sealed record LinkEnded(CodedText Reason, FailureReason Kind, bool AnswerTooLong = false, bool IsRefusal = false);

/// <summary>Say closeSession and end.</summary>
sealed class CloseRequest
{
    public static readonly CloseRequest Instance = new();
}

/// <summary>
/// Kept for the life of the session and sent again on each reconnect. Added ends when a server took them for the first time.
/// </summary>
sealed record Credentials(string Scheme, byte[] Auth, TaskCompletionSource Added);
