using System.Xml.Linq;

namespace Dashboard.Tests;

/// <summary>Dependencies between projects go one way; these are the arrows, and there are no others.</summary>
public sealed class ArchitectureTests
{
    static readonly Dictionary<string, string[]> arrows = new()
    {
        ["Wire"] = [],
        ["Wire.Generator"] = [],
        ["Kafka.Protocol"] = ["Wire", "Wire.Generator"],
        ["ZooKeeper.Protocol"] = ["Wire", "Wire.Generator"],
        ["Kafka.Client"] = ["Kafka.Protocol"],
        ["ZooKeeper.Client"] = ["ZooKeeper.Protocol"],
        ["ZooKeeper.Server"] = ["ZooKeeper.Protocol"],
        ["Kafka.Broker"] = ["Kafka.Client", "Kafka.Protocol", "ZooKeeper.Client"],
        ["Dashboard.Monitoring"] = ["Kafka.Client", "ZooKeeper.Client"],
        ["Dashboard.Nodes"] = ["Kafka.Broker", "ZooKeeper.Server"],
        ["Dashboard.Messages"] = ["Dashboard.Monitoring"],
        ["Dashboard"] = ["Dashboard.Messages", "Dashboard.Monitoring", "Dashboard.Nodes"],
    };

    static readonly string source = Path.Combine(RepositoryRoot(), "src");

    [Fact]
    public void Every_project_is_known() =>
        Assert.Equal(arrows.Keys.Order(), Directory.GetDirectories(source).Select(Path.GetFileName).Order()!);

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_to_what_stands_below_it_only(string project)
    {
        var file = XDocument.Load(Path.Combine(source, project, project + ".csproj"));
        var references = file.Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension((string)r.Attribute("Include")!));
        Assert.Equal(arrows[project].Order(), references.Order());
    }

    [Fact]
    public void No_source_file_is_longer_than_three_hundred_and_fifty_lines()
    {
        var tooLong = Directory.EnumerateFiles(source, "*.*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) is ".cs" or ".razor")
            .Where(f => !Ours(f).Contains("/obj/", StringComparison.Ordinal) && !Ours(f).Contains("/bin/", StringComparison.Ordinal))
            .Where(f => File.ReadLines(f).Count() > 350)
            .Select(Ours);
        Assert.Empty(tooLong);
    }

    public static TheoryData<string> Projects() => [.. arrows.Keys];

    static string Ours(string file) => Path.GetRelativePath(source, file).Replace('\\', '/');

    static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Dashboard.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return directory.FullName;
    }
}
