using Testing;

namespace Interop.Tests.Outages;

/// <summary>One controller, which is broker 0 as well.</summary>
public sealed class KRaftOutageFixture() : OutageFixture(ApacheKind.KRaft, 1);

[Collection(typeof(Alone))]
public sealed class KRaftOutageTests(KRaftOutageFixture fixture) : OutageTests(fixture), IClassFixture<KRaftOutageFixture>
{
    const string OtherId = "MkU3OEVBNTcwNTJENDM2Qg";

    public static TheoryData<string> Names => [.. CommonNames, "controllers gone", "eligible leaders", "another cluster id"];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Pages_stay_usable_say_what_is_wrong_and_recover(string name) => PassesAsync(name);

    /// <summary>Twenty readers go through the pages for as long as the figures are of.</summary>
    [Fact]
    public async Task Watching_costs_two_connections_a_broker_and_few_requests_however_many_look()
    {
        const double mostRequests = 30;
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(Token);
        reading.CancelAfter(TimeSpan.FromSeconds(10));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ReadAsync(reading.Token)));
        var rate = 0.0;
        await TellsAsync(new(
            "client",
            c =>
            {
                rate = c["value"]!["perSecond"]!.GetValue<double>();
                return c["value"]!["links"]!.AsArray().All(l => l!["broker"] is null || l.Int("connections") <= 2);
            },
            "two connections a broker"));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{rate:0.0} requests/s to {OutageFixture.Brokers} brokers; at most {mostRequests}");
        Assert.InRange(rate, 0.1, mostRequests);
    }

    async Task ReadAsync(CancellationToken cancellationToken)
    {
        string[] pages = ["", "/topics", "/groups", "/brokers", "/quorum"];
        try
        {
            while (true)
            {
                foreach (var page in pages)
                {
                    await Dashboard.Http.GetStringAsync($"/clusters/{OutageFixture.Id}{page}", cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (!Token.IsCancellationRequested)
        {
            // it has read for long enough
        }
    }

    protected override Outage Named(string name) => name switch
    {
        "controllers gone" => new(
            () => Cluster.KillAsync("kafka0"),
            [
                new("quorum", q => q["error"] is not null && q["value"] is not null, "the quorum is as it was, and its age is told"),
                new("brokers", b => IsSilent(b, 0) && !IsSilent(b, 1) && !IsSilent(b, 2), "its broker is gone, and no other"),
                new(
                    "topics",
                    t => t["value"]!.AsArray().Count > 0 && t["error"]!.Text("source").StartsWith("broker 0 ", StringComparison.Ordinal),
                    "topics are told, and whose offsets are old"),
            ],
            () => Cluster.RestartAsync("kafka0"))
        {
            Metric = "castellan_reading_failing{cluster=\"prod\",reading=\"quorum\"} 1",
        },
        "eligible leaders" => new(
            async () =>
            {
                await ToolAsync(
                    "kafka-topics.sh", "--create", "--topic", "elr", "--replica-assignment", "0:1:2", "--config", "min.insync.replicas=3");
                await TellsAsync(new("topics", t => t["value"]!.Has("name", "elr"), "it is there"));
                await Cluster.KillAsync("kafka2");
            },
            [
                new(
                    "topics/elr",
                    t => t["value"]!["partitions"]![0]! is var p
                        && p["elr"] is not null && p.Ints("elr").SequenceEqual([2]) && p["lastKnownElr"] is not null,
                    "the one that is gone may lead once it is back"),
            ],
            async () =>
            {
                await Cluster.RestartAsync("kafka2");
                await TellsAsync(new("topics/elr", t => t["value"]!["partitions"]![0]!["elr"] is null, "all are in sync again"));
                await ToolAsync("kafka-topics.sh", "--delete", "--topic", "elr");
            })
        {
            Shown = ("topics/elr?tab=partitions", "may lead: 2"),
        },
        "another cluster id" => Anew(),
        _ => Common(name),
    };

    /// <summary>Its data is wiped, and what is formatted anew has another id, at the same addresses.</summary>
    Outage Anew()
    {
        string? before = null;
        return new(
            async () =>
            {
                before = (await Rest.ValueAsync("")).Text("clusterId");
                string[] nodes = [.. Enumerable.Range(0, OutageFixture.Brokers).Select(id => $"kafka{id}")];
                foreach (var node in nodes)
                {
                    await Cluster.KillAsync(node);
                    Directory.Delete(Path.Combine(Cluster.Path, node, "logs"), recursive: true);
                }

                foreach (var node in nodes)
                {
                    var formatted = await Cluster.ToolAsync(
                        "kafka-storage.sh", "format", "-t", OtherId, "-c", Path.Combine(Cluster.Path, node, "server.properties"));
                    Assert.True(formatted.ExitCode == 0, formatted.ToString());
                    await Cluster.RestartAsync(node);
                }
            },
            [new("", s => s["value"]!["clusterId"]!.ToString() == OtherId && before != OtherId, "it has another id")],
            () => Task.CompletedTask)
        {
            Shown = ("events", OtherId),
        };
    }
}
