using System.Net;
using Testing;

namespace Dashboard.Tests.Api;

/// <summary>The metadata of the hosted cluster, checked and browsed.</summary>
[Collection(typeof(DashboardCollection))]
public sealed class MetadataReadTests(RunningDashboard dashboard)
{
    readonly Rest rest = new(dashboard);

    [Fact]
    public Task The_hosted_brokers_believe_what_their_ZooKeeper_says() =>
        rest.EventuallyAsync("metadata-check", d => d.AsArray().Count == 0, "nothing differs");

    [Fact]
    public async Task A_place_of_the_metadata_has_its_value_and_what_is_not_there_is_a_problem()
    {
        await rest.EventuallyAsync(
            "metadata?path=/topics/orders/0",
            place => place["value"]!.Int("partition") == 0 && place["value"]!.Int("leader") >= 0,
            "the partition is read");
        var root = (await rest.GetAsync("metadata")).Body["value"]!;
        root.HasExactly("path", "value", "children");
        Assert.Contains("client-quotas", root.Strings("children"));
        (await rest.GetAsync("metadata?path=/topics/none")).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_PATH");
        // hosted brokers have no such API: the branch is there all the same
        Assert.Equal("unsupported", (await rest.GetAsync("metadata?path=/acls")).Body["error"]!.Text("kind"));
    }
}
