namespace Testing;

/// <summary>
/// How Apache's programs are started for a test, as variables of their environment: with the quick compiler alone, and with the classes of
/// their distribution from an archive. Of a tool's two seconds of processor that leaves half a second, and a run has a hundred of them.
/// </summary>
public static class Jvm
{
    const string Heap = "KAFKA_HEAP_OPTS", Quick = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

    /// <summary>For a broker of the distribution, and for the servers of ZooKeeper that a script starts beside it.</summary>
    public static async Task<Dictionary<string, string>> BrokerAsync(string home, string heap = "-Xmx512M") =>
        With($"{heap} {await ClassArchive.OptionAsync(home, ClassArchive.Broker)}");

    /// <summary>For one of its tools.</summary>
    public static async Task<Dictionary<string, string>> ToolAsync(string home) =>
        With($"-Xmx128M {await ClassArchive.OptionAsync(home, ClassArchive.Tools)}");

    /// <summary>For the servers and the command line of ZooKeeper, which are small.</summary>
    public static IReadOnlyDictionary<string, string> ZooKeeper { get; } = new Dictionary<string, string>
    {
        ["SERVER_JVMFLAGS"] = $"-Xmx256M {Quick}",
        ["CLIENT_JVMFLAGS"] = $"-Xmx128M {Quick}",
    };

    internal static Dictionary<string, string> With(string options) => new(ZooKeeper) { [Heap] = options, ["KAFKA_JIT_LEVEL"] = "1" };
}
