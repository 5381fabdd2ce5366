using System.Security.Cryptography;

namespace ZooKeeper.Server.Sessions;

/// <summary>
/// Ids and passwords of sessions, both as Apache makes them, so that a session can move between our servers and Apache's in one ensemble.
/// The password is a function of the id and a constant: it keeps a client from taking another's session by mistake, not on purpose.
/// </summary>
sealed class SessionIds
{
    /// <summary>Apache's ZooKeeperServer.superSecret: the same in every installation.</summary>
    const long Secret = 0xB3415C00L;

    // java.util.Random
    const long Multiplier = 0x5DEECE66DL;
    const long Mask = (1L << 48) - 1;

    long next;

    /// <param name="serverId">0 to 255; 0 alone. The top byte of every id.</param>
    /// <param name="unixMilliseconds">When the server started: ids of an earlier start are not given again.</param>
    // shifted back without its sign, which would run into the server's byte (ZOOKEEPER-1622)
    public SessionIds(long serverId, long unixMilliseconds) => next = (long)((ulong)(unixMilliseconds << 24) >> 8) | (serverId << 56);

    public long Next() => next++;

    public static byte[] Password(long sessionId)
    {
        var seed = ((sessionId ^ Secret) ^ Multiplier) & Mask;
        var password = new byte[16];
        for (var i = 0; i < password.Length; i += 4)
        {
            seed = ((seed * Multiplier) + 0xB) & Mask;
            var value = (int)(seed >> 16);
            for (var j = 0; j < 4; j++, value >>= 8)
            {
                password[i + j] = (byte)value;
            }
        }

        return password;
    }

    public static bool IsPassword(long sessionId, ReadOnlySpan<byte> password) =>
        sessionId != 0 && CryptographicOperations.FixedTimeEquals(Password(sessionId), password);
}
