using Testing;

namespace Kafka.Protocol.Tests;

/// <summary>The committed fixtures against the Kafka that is installed, where one is.</summary>
public class ConformanceTests
{
    [Fact]
    public async Task Kafka_writes_the_same_bytes_today()
    {
        var older = Golden.All.Except(Golden.Newer).ToList();
        var known = older.Select(golden => golden.Name).ToHashSet();
        var names = SchemaText.All.Where(schema => known.Contains(schema.Name)).Select(schema => schema switch
        {
            { Kind: "request" or "response" } => $"org.apache.kafka.common.message.{schema.Name}Data",
            { Name: ['C', 'o', 'n', 's', ..] } => $"org.apache.kafka.common.message.{schema.Name}",
            { Name: ['T', 'r', ..] } => $"org.apache.kafka.coordinator.transaction.generated.{schema.Name}",
            _ => $"org.apache.kafka.coordinator.group.generated.{schema.Name}",
        });
        await SameAsync("KAFKA_HOME", older, [.. names]);
    }

    [Fact]
    public async Task Kafka_4_writes_the_same_bytes_today() => await SameAsync(
        "KAFKA_KRAFT_HOME",
        Golden.Newer,
        [.. Golden.Newer.Select(golden => SchemaText.Named(golden.Name) switch
        {
            { Kind: "request" or "response" } => $"org.apache.kafka.common.message.{golden.Name}Data",
            { Name: "ShareSnapshotKey" or "ShareSnapshotValue" or "ShareUpdateKey" or "ShareUpdateValue" } =>
                $"org.apache.kafka.coordinator.share.generated.{golden.Name}",
            _ => $"org.apache.kafka.coordinator.group.generated.{golden.Name}",
        }).Distinct()],
        others: true);

    [Fact]
    public async Task Kafka_places_replicas_the_same_today() =>
        Assert.Equal(
            await File.ReadAllLinesAsync(Fixture("placements.tsv"), TestContext.Current.CancellationToken),
            await JavaAsync("KAFKA_HOME", "Placements.java"));

    /// <summary>With <paramref name="others"/> Kafka also writes versions that are not asked about.</summary>
    static async Task SameAsync(string home, IReadOnlyList<Golden> expected, string[] classes, bool others = false)
    {
        var lines = (await JavaAsync(home, "Golden.java", classes))
            .Select(line => line.Split('\t'))
            .ToDictionary(parts => (parts[0], parts[1], parts[2]), parts => parts[3]);
        Assert.True(expected.Count == lines.Count || others, $"{expected.Count} are committed, Kafka wrote {lines.Count}");
        Assert.All(
            expected,
            golden => Assert.Equal(lines[(golden.Name, $"{golden.Version}", golden.Variant)], Convert.ToHexStringLower(golden.Bytes)));
    }

    static async Task<string[]> JavaAsync(string homeVariable, string program, params string[] arguments)
    {
        var home = External.Require(homeVariable);
        var java = External.RequireProgram("java");
        var result = await External.RunAsync(
            java, ["-cp", Path.Combine(home, "libs", "*"), Fixture(program), .. arguments], deadline: TimeSpan.FromMinutes(2));
        Assert.True(result.ExitCode == 0, result.ToString());
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", name);
}
