namespace ZooKeeper.Protocol;

/// <summary>Xids with a meaning of their own; those of ordinary requests are positive.</summary>
public static class ReservedXid
{
    /// <summary>A watch fired: the body is a WatcherEvent.</summary>
    public const int WatchEvent = -1;
    public const int Ping = -2;
    public const int Auth = -4;
    public const int SetWatches = -8;
}
