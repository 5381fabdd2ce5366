namespace ZooKeeper.Server.Storage;

/// <summary>Sessions, ACL map and nodes, serialized as Apache's SerializeUtils.serializeSnapshot does, at one point of the order.</summary>
/// <param name="Zxid">Everything up to this is in it, nothing after.</param>
/// <param name="Chunks">The bytes, in order.</param>
sealed record SnapshotImage(long Zxid, IReadOnlyList<ReadOnlyMemory<byte>> Chunks)
{
    public long Length => Chunks.Sum(c => (long)c.Length);
}
