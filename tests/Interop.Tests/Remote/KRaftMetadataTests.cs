using System.Net;
using System.Text.Json.Nodes;
using Testing;

namespace Interop.Tests.Remote;

/// <summary>Kafka 4 in KRaft mode: its metadata as Apache's tools have written it.</summary>
[Collection(typeof(OnKRaft))]
public sealed class KRaftMetadataTests(KRaftFixture fixture)
{
    [Fact]
    public async Task What_the_tools_wrote_is_in_the_tree_and_the_brokers_agree()
    {
        var cluster = await fixture.GetAsync();
        var rest = new Rest(await fixture.DashboardAsync(), "remote");
        await rest.EventuallyAsync("brokers", b => b.AsArray().Count == 3, "its brokers are there");
        await ToolAsync("kafka-topics.sh", "--create", "--topic", "tooled", "--partitions", "2", "--config", "retention.ms=7777");
        await ConfigureAsync("producer_byte_rate=1024", "users", "--entity-name", "anna");
        await ConfigureAsync("SCRAM-SHA-256=[iterations=8192,password=secret]", "users", "--entity-name", "anna");
        await ConfigureAsync("message.max.bytes=123456", "brokers", "--entity-default");

        await PlaceAsync("/topics/tooled/1", v => v["value"]!.Int("leader") >= 0 && v["value"]!["eligibleLeaderReplicas"] is JsonArray);
        await PlaceAsync("/configs/topics/tooled", v => v["value"]!.Text("retention.ms") == "7777");
        await PlaceAsync("/configs/brokers/<default>", v => v["value"]!.Text("message.max.bytes") == "123456");
        await PlaceAsync("/client-quotas/user=anna", v => v["value"]!["producer_byte_rate"]!.GetValue<double>() == 1024);
        await PlaceAsync(
            "/scram-users/anna", v => v["value"]![0]!.Text("mechanism") == "SCRAM-SHA-256" && v["value"]![0]!.Int("iterations") == 8192);
        await PlaceAsync("/features/metadata.version", v => v["value"]!.Int("finalized") >= 30);
        await PlaceAsync("/brokers/1", v => v["value"]!.Int("id") == 1);
        var acls = await rest.GetAsync("metadata?path=/acls");
        Assert.Equal("SECURITY_DISABLED", acls.Body["error"]!.Text("code"));
        (await rest.GetAsync("metadata?path=/topics/none")).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_PATH");
        await rest.EventuallyAsync("metadata-check", d => d.AsArray().Count == 0, "the brokers agree");
        await ToolAsync(
            "kafka-configs.sh", "--alter", "--entity-type", "brokers", "--entity-default", "--delete-config", "message.max.bytes");
        await ToolAsync("kafka-topics.sh", "--delete", "--topic", "tooled");

        Task PlaceAsync(string path, Func<JsonNode, bool> isThere) => rest.EventuallyAsync(
            $"metadata?path={Uri.EscapeDataString(path)}", v => v["value"] is not null && isThere(v), $"{path} is as the tools wrote it");

        Task ConfigureAsync(string config, string type, params string[] entity) =>
            ToolAsync("kafka-configs.sh", ["--alter", "--entity-type", type, .. entity, "--add-config", config]);

        async Task ToolAsync(string tool, params string[] arguments)
        {
            var result = await cluster.ToolAsync(tool, ["--bootstrap-server", cluster.Bootstrap, .. arguments]);
            Assert.True(result.ExitCode == 0, $"{tool}: {result}");
        }
    }
}
