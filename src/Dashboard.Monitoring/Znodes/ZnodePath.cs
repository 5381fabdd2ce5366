using Wire;
using ZooKeeper.Protocol;

namespace Dashboard.Monitoring;

/// <summary>Paths of znodes as people write them into an address.</summary>
public static class ZnodePath
{
    /// <summary>Why it can be no znode's, as ZooKeeper says it: "relative paths are not allowed". Null for one that can.</summary>
    public static CodedText? Problem(string path) => ZooKeeperPath.Problem(path);
}
