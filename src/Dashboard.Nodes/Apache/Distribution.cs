using System.Text.RegularExpressions;
using Wire;

namespace Dashboard.Nodes.Apache;

/// <summary>The jars of one of Apache's servers, found in the directory where it was unpacked.</summary>
/// <param name="Product">Kafka, ZooKeeper.</param>
/// <param name="Libraries">The directory of the jars.</param>
/// <param name="Version">Of three numbers, as its jar is called.</param>
sealed partial record Distribution(string Product, string Libraries, Version Version)
{
    /// <summary>Java's class path of all jars.</summary>
    public string ClassPath => Path.Combine(Libraries, "*");

    /// <summary>The oldest Java that its servers run on (Kafka's and ZooKeeper's administrator guides).</summary>
    public int NeedsJava => Product == KafkaName && Version.Major >= 4 ? 17 : 8;

    const string KafkaName = "Kafka";
    const string ZooKeeperName = "ZooKeeper";

    /// <exception cref="HostingException">There is none: says what was looked for, and where.</exception>
    public static Distribution Kafka(string home) => Find(KafkaName, home, "--kafka-home", ["libs"], KafkaJar)
        ?? throw Missing("--kafka-home", home, "libs/kafka_2.13-VERSION.jar", "Kafka");

    /// <inheritdoc cref="Kafka"/>
    public static Distribution ZooKeeper(string home) => Find(ZooKeeperName, home, "--zookeeper-home", ["lib", "libs", "."], ZooKeeperJar)
        ?? throw Missing("--zookeeper-home", home, "lib/zookeeper-VERSION.jar", "ZooKeeper");

    /// <summary>The ZooKeeper that Kafka's clients of it came with: a server, too. Kafka 4 has none.</summary>
    public Distribution? ZooKeeperWithin => Newest(ZooKeeperName, Libraries, ZooKeeperJar);

    /// <summary>Whether it has a jar whose name begins so.</summary>
    public bool Has(string jar) => Directory.EnumerateFiles(Libraries, jar + "*.jar").Any();

    public override string ToString() => $"{Product} {Version}";

    static Distribution? Find(string product, string home, string option, string[] below, Regex jar)
    {
        if (!Directory.Exists(home))
        {
            throw new HostingException(CodedText.Of("NoDirectory", $"{option} {home}: there is no such directory."));
        }

        return below.Select(folder => Path.GetFullPath(Path.Combine(home, folder))).Where(Directory.Exists)
            .Select(folder => Newest(product, folder, jar)).FirstOrDefault(found => found is not null);
    }

    static Distribution? Newest(string product, string folder, Regex jar) =>
        Directory.EnumerateFiles(folder, "*.jar").Select(file => jar.Match(Path.GetFileName(file)))
            .Where(match => match.Success).Select(match => Version.Parse(match.Groups["version"].Value))
            .OrderDescending().Select(version => new Distribution(product, folder, version)).FirstOrDefault();

    static HostingException Missing(string option, string home, string jar, string product) => new(CodedText.Of(
        "NotUnpackedThere",
        $"{option} {home}: not the directory of Apache {product}, which has {jar}. "
        + $"Give the directory into which {product} was unpacked."));

    [GeneratedRegex(@"^kafka_2\.\d+-(?<version>\d+\.\d+\.\d+)\.jar$")]
    private static partial Regex KafkaJar { get; }

    [GeneratedRegex(@"^zookeeper-(?<version>\d+\.\d+\.\d+)\.jar$")]
    private static partial Regex ZooKeeperJar { get; }
}
