using Testing;

namespace Kafka.Protocol.Tests;

/// <summary>The committed fixtures against the Kafka that is installed, where one is.</summary>
public class ConformanceTests
{
    [Fact]
    public async Task Kafka_writes_the_same_bytes_today()
    {
        var names = SchemaText.All.Select(schema => schema switch
        {
            { Kind: "request" or "response" } => $"org.apache.kafka.common.message.{schema.Name}Data",
            { Name: ['C', 'o', 'n', 's', ..] } => $"org.apache.kafka.common.message.{schema.Name}",
            _ => $"org.apache.kafka.coordinator.group.generated.{schema.Name}",
        });
        var lines = (await JavaAsync("Golden.java", [.. names])).Select(line => line.Split('\t')).ToDictionary(parts => (parts[0], parts[1], parts[2]), parts => parts[3]);
        Assert.Equal(Golden.All.Count, lines.Count);
        Assert.All(Golden.All, golden => Assert.Equal(lines[(golden.Name, $"{golden.Version}", golden.Variant)], Convert.ToHexStringLower(golden.Bytes)));
    }

    [Fact]
    public async Task Kafka_places_replicas_the_same_today() =>
        Assert.Equal(await File.ReadAllLinesAsync(Fixture("placements.tsv"), TestContext.Current.CancellationToken), await JavaAsync("Placements.java"));

    static async Task<string[]> JavaAsync(string program, params string[] arguments)
    {
        var home = External.Require("KAFKA_HOME");
        var java = External.RequireProgram("java");
        var result = await External.RunAsync(java, ["-cp", Path.Combine(home, "libs", "*"), Fixture(program), .. arguments], deadline: TimeSpan.FromMinutes(2));
        Assert.True(result.ExitCode == 0, result.ToString());
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", name);
}
