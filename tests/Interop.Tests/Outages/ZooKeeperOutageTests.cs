using System.Text.Json.Nodes;
using Testing;

namespace Interop.Tests.Outages;

public sealed class ZooKeeperOutageFixture() : OutageFixture(ApacheKind.ZooKeeper, 3);

[Collection(typeof(Alone))]
public sealed class ZooKeeperOutageTests(ZooKeeperOutageFixture fixture) : OutageTests(fixture), IClassFixture<ZooKeeperOutageFixture>
{
    public static TheoryData<string> Names =>
        [.. CommonNames, "a minority of the ensemble gone", "a majority of the ensemble gone", "all of the ensemble gone"];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Pages_stay_usable_say_what_is_wrong_and_recover(string name) => PassesAsync(name);

    protected override Outage Named(string name) => name switch
    {
        "a minority of the ensemble gone" => Gone(1),
        "a majority of the ensemble gone" => Gone(2),
        "all of the ensemble gone" => Gone(3),
        _ => Common(name),
    };

    static IEnumerable<string> Roles(JsonNode ensemble) => ensemble["value"]!.AsArray().Select(server => server!.Text("role"));

    /// <summary>Brokers go on without their ensemble, and are told by Kafka's own metadata.</summary>
    Outage Gone(int servers)
    {
        string[] names = [.. Enumerable.Range(1, servers).Select(id => $"zk{id}")];
        return new(
            () => Task.WhenAll(names.Select(Cluster.KillAsync)),
            [
                new("ensemble", e => Roles(e).Count(role => role == "down") == servers, "those that are gone are down"),
                new("ensemble", e => Roles(e).Contains("leader") == servers < 2, "there is a leader where there is a majority"),
                new("topics", t => t["value"] is not null && Age(t) < 60, "topics are told by the brokers"),
            ],
            async () =>
            {
                await Task.WhenAll(names.Select(Cluster.RestartAsync));
                await TellsAsync(new("ensemble", e => Roles(e).All(role => role is "leader" or "follower"), "the ensemble is whole again"));
            })
        {
            Metric = "castellan_ensemble_server_role{cluster=\"prod\",role=\"down\",server=\"zk1\"} 1",
        };
    }
}
