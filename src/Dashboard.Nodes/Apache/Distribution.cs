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

    /// <summary>Confluent Platform 6.0 has Kafka 2.6, 7.0 has 3.0, 8.0 has 4.0, and so on by minor versions.</summary>
    static readonly (Version Platform, Version Kafka)[] confluent =
        [(new(8, 0), new(4, 0)), (new(7, 0), new(3, 0)), (new(6, 0), new(2, 6))];

    const string KafkaName = "Kafka";
    const string ZooKeeperName = "ZooKeeper";

    /// <exception cref="HostingException">There is none: says what was looked for, and where.</exception>
    public static Distribution Kafka(string home) => Find(KafkaName, home, "--kafka-home", ["libs", "share/java/kafka"], KafkaJar)
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
            .Where(match => match.Success).Select(VersionOf).OfType<Version>()
            // Kafka has zookeeper-jute beside zookeeper, and old jars are left behind by upgrades
            .OrderDescending().Select(version => new Distribution(product, folder, version)).FirstOrDefault();

    /// <summary>Apache's, also where the jar is called by a release of Confluent Platform; null for one that is not known.</summary>
    static Version? VersionOf(Match jar)
    {
        var version = Version.Parse(jar.Groups["version"].Value);
        return !jar.Groups["confluent"].Success ? version
            : confluent.Where(one => one.Platform <= version).Select(one => new Version(
                one.Kafka.Major, one.Kafka.Minor + version.Minor, version.Build)).FirstOrDefault();
    }

    static HostingException Missing(string option, string home, string jar, string product) => new(CodedText.Of(
        "NotUnpackedThere",
        $"{option} {home}: not the directory of Apache {product}, which has {jar}. "
        + $"Give the directory into which {product} was unpacked."));

    [GeneratedRegex(@"^kafka_2\.\d+-(?<version>\d+\.\d+\.\d+)(?<confluent>-(ccs|ce))?\.jar$")]
    private static partial Regex KafkaJar { get; }

    [GeneratedRegex(@"^zookeeper-(?<version>\d+\.\d+\.\d+)\.jar$")]
    private static partial Regex ZooKeeperJar { get; }
}
