using System.Net;
using Testing;

namespace Dashboard.Tests.Api;

/// <summary>
/// Secrets that were planted in clusters.yaml, in requests that are taken and in requests that are refused are nowhere: not in what is
/// answered, shown, logged or audited, nor in a file but the one that a person wrote.
/// </summary>
public sealed class SecretTests : IAsyncDisposable
{
    const string Planted = "planted-4711";

    readonly RunningDashboard dashboard;
    readonly TempDirectory directory = new();
    readonly List<string> told = [];

    public SecretTests()
    {
        File.WriteAllText(
            directory["clusters.yaml"],
            $$"""
            clusters:
              - id: filed
                kafka: 127.0.0.1:1
                properties:
                  security.protocol: SASL_PLAINTEXT
                  sasl.mechanism: PLAIN
                  sasl.jaas.config: 'org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="{{Planted}}";'
              - id: plain
                kafka: 127.0.0.1:1
            """);
        File.WriteAllText(directory["client.properties"], "bootstrap.servers=127.0.0.1:1\n");
        dashboard = new RunningDashboard
        {
            Arguments =
            [
                "--urls", "http://127.0.0.1:0", "--no-local", "--clusters", directory["clusters.yaml"],
                "--kafka-config", directory["client.properties"],
            ],
        };
    }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await dashboard.DisposeAsync();
        directory.Dispose();
    }

    [Fact]
    public async Task A_planted_secret_is_nowhere()
    {
        await dashboard.InitializeAsync();
        var rest = new Rest(dashboard);
        var jaas = $"org.apache.kafka.common.security.scram.ScramLoginModule required username=\"u\" password=\"{Planted}\";";
        object[] bodies =
        [
            Body(new() { ["security.protocol"] = "SASL_PLAINTEXT", ["sasl.mechanism"] = "SCRAM-SHA-256", ["sasl.jaas.config"] = jaas }),
            Body(new() { ["security.protocol"] = "SASL_PLAINTEXT", ["sasl.mechanism"] = "NONE", ["sasl.jaas.config"] = jaas }),
            Body(new() { ["security.protocol"] = "SASL_SSL", ["sasl.mechanism"] = "PLAIN", ["sasl.jaas.config"] = $"no jaas {Planted}" }),
            Body(new() { ["security.protocol"] = "SSL", ["ssl.keystore.key"] = Planted, ["ssl.key.password"] = Planted }),
            Body(new() { ["no.such.password"] = Planted }),
            new { id = "a", zookeeper = "127.0.0.1:1", zooKeeperProperties = new { digest = $"user:{Planted}" } },
            new { id = "a", kafka = "127.0.0.1:1", properties = new[] { Planted } },
        ];
        foreach (var body in bodies)
        {
            foreach (var address in (string[])["/api/clusters/test", "/api/clusters?dryRun=true", "/api/clusters"])
            {
                told.Add((await rest.PostAsync(address, body)).Text);
            }

            told.Add((await rest.SendAsync(HttpMethod.Put, "/api/clusters/a", body)).Text);
            await ReadAllAsync(rest);
            await rest.DeleteAsync("/api/clusters/a");
        }

        Assert.All(told, text => Assert.DoesNotContain(Planted, text, StringComparison.Ordinal));
        Assert.All(dashboard.Lines, line => Assert.DoesNotContain(Planted, line, StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(dashboard.DataDirectory, "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(Planted, await File.ReadAllTextAsync(file, Token), StringComparison.Ordinal);
        }

        // what it would be to find nothing because nothing was there
        Assert.NotNull((await rest.GetAsync("/api/clusters")).Body.Find("id", "plain"));
        Assert.NotNull((await rest.GetAsync("/api/clusters")).Body.Find("id", "remote"));
    }

    /// <summary>clusters.yaml is watched: what it names comes and goes.</summary>
    [Fact]
    public async Task Clusters_come_and_go_with_the_file()
    {
        await dashboard.InitializeAsync();
        var rest = new Rest(dashboard);
        var yaml = directory["clusters.yaml"];
        await File.WriteAllTextAsync(yaml, "clusters:\n  - id: other\n    kafka: 127.0.0.1:1\n    readOnly: true", Token);
        await Eventually.TrueAsync(
            async () => (await rest.GetAsync("/api/clusters")).Body.Find("id", "other")?.Text("readOnly") == "true"
                && (await rest.GetAsync("/api/clusters")).Body.Find("id", "plain") is null,
            "the file was taken");
        await File.WriteAllTextAsync(yaml, "clusters:\n  - id: other\n    kafka: b:many", Token);
        await Eventually.TrueAsync(
            () => dashboard.Lines.Any(line => line.Contains("clusters.yaml line 3: kafka: ", StringComparison.Ordinal)),
            "the fault is told");
        Assert.Equal(HttpStatusCode.OK, (await rest.GetAsync("/api/clusters/other")).Status);
        (await rest.DeleteAsync("/api/clusters/other")).IsProblem(HttpStatusCode.Conflict, "CLUSTER_CONFLICT");
    }

    async Task ReadAllAsync(Rest rest)
    {
        var clusters = (await rest.GetAsync("/api/clusters")).Body.AsArray().Select(c => c!.Text("id")).ToList();
        var pages = clusters.SelectMany(id => (string[])
            [$"/api/clusters/{id}", $"/api/clusters/{id}/brokers", $"/clusters/{id}", $"/clusters/{id}/brokers", $"/clusters/{id}/audit"]);
        foreach (var path in (string[])["/api/clusters", "/metrics", "/", "/clusters", "/openapi/v1.json", .. pages])
        {
            told.Add((await rest.GetAsync(path)).Text);
        }
    }

    static object Body(Dictionary<string, string> properties) => new { id = "a", kafka = "127.0.0.1:1", properties };
}
