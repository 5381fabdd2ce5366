namespace Dashboard.Nodes.Files;

/// <summary>
/// Where the nodes of each engine and mode have their data. What was there first has the data directory itself, as ever; the others have
/// one below <c>engines/</c>, so that none finds files of another and one can go back.
/// </summary>
static class EngineDirectories
{
    /// <exception cref="HostingException">What the data directory is of cannot be understood.</exception>
    public static string Of(string root, EngineChoice choice)
    {
        var (plain, kept) = (choice.Plain(), KeptEngine.Load(root));
        var isRoots = kept is null
            || (kept.Engine == plain.Engine && kept.Mode == plain.Mode && kept.Combined == plain.Combined);
        return isRoots ? root : Path.Combine(root, "engines", NameOf(plain));
    }

    static string NameOf(EngineChoice plain) => plain switch
    {
        { Engine: EngineKind.Embedded } => "embedded",
        { Mode: HostedMode.ZooKeeper } => "apache-zookeeper",
        { Combined: true } => "apache-kraft-combined",
        _ => "apache-kraft",
    };
}
