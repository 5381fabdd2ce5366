namespace ZooKeeper.Server.Transactions;

/// <summary>A zxid is the leader's epoch in the upper 32 bits and a counter, starting at 1 in each epoch, in the lower ones.</summary>
static class Zxids
{
    /// <summary>The last counter of an epoch: a leader that reaches it gives up, so that a new epoch begins (ZOOKEEPER-1277).</summary>
    public const long LastCounter = 0xffff_ffff;

    public static long Make(long epoch, long counter) => (epoch << 32) | counter;

    public static long Epoch(long zxid) => zxid >> 32;

    public static long Counter(long zxid) => zxid & 0xffff_ffff;
}
