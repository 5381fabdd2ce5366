namespace ZooKeeper.Client;

/// <summary>Turns the client's paths into the server's and back.</summary>
readonly struct Chroot(string root)
{
    readonly string root = root is "/" ? "" : root;

    public string ToServer(string path) => root.Length == 0 ? path : path == "/" ? root : root + path;

    public string ToClient(string path)
    {
        if (root.Length == 0 || !path.StartsWith(root, StringComparison.Ordinal))
        {
            return path;
        }

        // the slash: /kafka2 is not below /kafka
        return path.Length == root.Length ? "/" : path[root.Length] == '/' ? path[root.Length..] : path;
    }
}
