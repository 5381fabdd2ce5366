namespace ZooKeeper.Protocol;

/// <summary>Sizes both sides have to agree on, in bytes.</summary>
public static class Limits
{
    /// <summary>jute.maxbuffer's default: the longest frame a server takes, and with it the 1 MB limit of a znode's data.</summary>
    public const int MaxBuffer = 0xfffff;

    /// <summary>A client cuts its setWatches into requests of less than this (ClientCnxn's SET_WATCHES_MAX_LENGTH).</summary>
    public const int SetWatchesLength = 128 * 1024;

    public const int PasswordLength = 16;
}
