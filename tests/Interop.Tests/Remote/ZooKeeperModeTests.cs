using System.Net;
using System.Text;
using Interop.Tests.Support;
using Testing;

namespace Interop.Tests.Remote;

public sealed class ZooKeeperModeFixture() : RemoteFixture(ApacheKind.ZooKeeper);

/// <summary>Kafka 3.9 with ZooKeeper 3.9.</summary>
[Collection(typeof(Alone))]
public sealed class ZooKeeperModeTests(ZooKeeperModeFixture fixture) : RemoteClusterTests(fixture), IClassFixture<ZooKeeperModeFixture>
{
    [Fact]
    public async Task The_ensemble_and_the_controller_are_told()
    {
        await UntilAsync(
            "ensemble",
            e => e.AsArray().Select(s => s!.Text("role")).Order().SequenceEqual(["follower", "follower", "leader"]),
            "one leads, two follow");
        var controller = (await Rest.ValueAsync("")).Int("controllerId");
        var znode = await Rest.ValueAsync("znodes?path=/kafka/controller");
        var data = Encoding.UTF8.GetString(Convert.FromBase64String(znode.Text("data")));
        Assert.Contains($"\"brokerid\":{controller},", data, StringComparison.Ordinal);
        Assert.Contains("ZooKeeper 3.9", await Dashboard.Http.GetStringAsync("/clusters/remote/ensemble", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Opened_by_its_ensemble_alone_it_shows_brokers_and_says_what_is_missing()
    {
        await using var alone = await RemoteFixture.OpenAsync("--zookeeper", Cluster.ZooKeeper);
        var rest = new Rest(alone, "remote");
        await rest.EventuallyAsync(
            "brokers",
            b => b.AsArray().Count(broker => broker!.Text("state") == "up" && broker!["leaders"] is null) == 3,
            "its brokers are those that are registered");
        Assert.Equal(3, (await rest.ValueAsync("ensemble")).AsArray().Count);
        var summary = (await rest.GetAsync("")).Body["value"]!;
        Assert.Equal((3, null), (summary.Int("brokersUp"), summary["topics"]));
        foreach (var path in (string[])["topics", "groups", "reassignments"])
        {
            Assert.Equal("unsupported", (await rest.GetAsync(path)).Body["error"]!.Text("kind"));
            Assert.Contains("--kafka", await alone.Http.GetStringAsync($"/clusters/remote/{path}", Token), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_wrong_chroot_is_told_and_kills_no_broker()
    {
        var elsewhere = Cluster.ZooKeeper.Replace("/kafka", "/elsewhere", StringComparison.Ordinal);
        await using var wrong = await RemoteFixture.OpenAsync("--kafka", Cluster.Bootstrap, "--zookeeper", elsewhere);
        Assert.Contains(wrong.Lines, line => line.Contains("/elsewhere/brokers/ids", StringComparison.Ordinal));
        Assert.All((await new Rest(wrong, "remote").ValueAsync("brokers")).AsArray(), b => Assert.Equal("up", b!.Text("state")));
        var page = await wrong.Http.GetStringAsync("/clusters/remote/brokers", Token);
        Assert.Contains("/elsewhere/brokers/ids", page, StringComparison.Ordinal);
    }
}
