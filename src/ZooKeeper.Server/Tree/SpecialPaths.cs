namespace ZooKeeper.Server.Tree;

/// <summary>Znodes that every server has from the start and that cannot be deleted.</summary>
static class SpecialPaths
{
    public const string Root = "/";
    public const string ZooKeeper = "/zookeeper";
    public const string Quota = "/zookeeper/quota";
    public const string Config = "/zookeeper/config";

    public static bool IsSpecial(string path) => path is Root or ZooKeeper or Quota or Config;
}
