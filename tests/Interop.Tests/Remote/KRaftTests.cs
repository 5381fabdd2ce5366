using System.Net;
using Confluent.Kafka;
using Interop.Tests.Support;
using Testing;

namespace Interop.Tests.Remote;

public sealed class KRaftFixture() : RemoteFixture(ApacheKind.KRaft);

/// <summary>One cluster for all of them, one after the other, when the rest is done.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class OnKRaft : ICollectionFixture<KRaftFixture>;

/// <summary>Kafka 4 without ZooKeeper.</summary>
[Collection(typeof(OnKRaft))]
public sealed class KRaftTests(KRaftFixture fixture) : RemoteClusterTests(fixture)
{
    [Fact]
    public Task Offsets_of_a_group_of_the_new_protocol_are_moved_as_Apaches_tool_sees_it() =>
        MoveOffsetsAsync("moved-new", GroupProtocol.Consumer);

    [Fact]
    public async Task The_controller_is_that_of_the_quorum_and_what_needs_ZooKeeper_says_so()
    {
        var status = await ToolAsync("kafka-metadata-quorum.sh", "describe", "--status");
        var leader = int.Parse(status.Split('\n').Single(line => line.StartsWith("LeaderId:", StringComparison.Ordinal)).Split(':')[1]);
        await UntilAsync("", s => s["controllerId"]?.GetValue<int>() == leader, "the quorum's leader is the controller");
        await UntilAsync(
            "brokers",
            all => all.AsArray().Single(b => b!["isController"]!.GetValue<bool>())!.Int("id") == leader,
            "and marked among the brokers");

        var replicas = (await ToolAsync("kafka-metadata-quorum.sh", "describe", "--replication")).Split('\n').Skip(1)
            .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Where(columns => columns.Length > 5).ToList();
        await UntilAsync("quorum", q => q["leaderId"]?.GetValue<int>() == leader, "the quorum names its leader");
        var quorum = (await Rest.GetAsync("quorum")).Body["value"]!;
        Assert.Equal(
            replicas.Where(r => r[^1] != "Observer").Select(r => int.Parse(r[0])).Order(),
            quorum["voters"]!.AsArray().Select(v => v!.Int("id")).Order());
        Assert.All(quorum["voters"]!.AsArray(), v => Assert.InRange(v!["lag"]!.GetValue<long>(), 0, 1000));
        Assert.True(quorum["features"]!.Int("metadata.version") >= 30);

        foreach (var path in (string[])["ensemble", "znodes?path=/"])
        {
            var answer = await Rest.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.Null(answer.Body["value"]);
            Assert.Equal("unsupported", answer.Body["error"]!.Text("kind"));
        }

        var page = await Dashboard.Http.GetStringAsync("/clusters/remote/ensemble", Token);
        Assert.Contains("KRaft", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"clusters/remote/znodes\"", page, StringComparison.Ordinal);
    }
}
