using System.Net;
using Dashboard.Tests.Telemetry;
using Testing;

namespace Dashboard.Tests.Api;

/// <summary>What machines ask: health, readiness, Prometheus' text, the API's own description.</summary>
[Collection(typeof(DashboardCollection))]
public sealed class ProbeTests(RunningDashboard dashboard)
{
    readonly Rest rest = new(dashboard);

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task Probes_answer_200(string path)
    {
        // Another test of this dashboard may have added a cluster just now: it counts as ready once it was read.
        var answer = "";
        await Eventually.TrueAsync(
            async () =>
            {
                var probe = await rest.GetAsync(path);
                answer = probe.Text;
                return probe.Status == HttpStatusCode.OK;
            },
            () => $"{path} answers 200, not: {answer}");
    }

    [Fact]
    public async Task Metrics_are_Prometheus_text_with_lag_ISR_offline_and_node_state()
    {
        await rest.EventuallyAsync(
            "groups",
            groups => groups.AsArray().Any(g => g!["offsets"]!.AsArray().Any(o => o!["lag"] is not null)),
            "a lag is known");
        var metrics = await rest.GetAsync("/metrics");
        Assert.Equal("text/plain", metrics.MediaType);
        var scraped = Exposition.Parse(metrics.Text);
        Assert.Contains("cluster=local", scraped.Named("castellan_offline_partitions").Samples.Keys);
        Assert.Contains("cluster=local,partition=0,topic=orders", scraped.Named("castellan_partition_isr").Samples.Keys);
        Assert.Contains("cluster=local,topic=orders", scraped.Named("castellan_topic_records_in_total").Samples.Keys);
        Assert.NotEmpty(scraped.Named("castellan_group_lag_records").Samples);
        Assert.Equal(1, scraped.Named("castellan_node_state").Samples["node=kafka0,state=running"]);
    }

    /// <summary>A test of a connection changes nothing by itself.</summary>
    [Fact]
    public async Task All_that_changes_something_takes_dryRun()
    {
        var paths = (await rest.GetAsync("/openapi/v1.json")).Body["paths"]!.AsObject();
        var without = paths.SelectMany(p => p.Value!.AsObject(), (p, m) => (Path: p.Key, Method: m.Key, Operation: m.Value!))
            .Where(one => one.Method is "post" or "put" or "patch" or "delete")
            .Where(one => one.Operation["parameters"]?.AsArray().Any(parameter => parameter!.Text("name") == "dryRun") != true)
            .Select(one => $"{one.Method} {one.Path}");
        Assert.Equal(["post /api/clusters/test"], without);
    }

    [Fact]
    public async Task OpenAPI_describes_every_path_and_method()
    {
        var answer = await rest.GetAsync("/openapi/v1.json");
        Assert.Equal("application/json", answer.MediaType);
        Assert.StartsWith("3.", answer.Body.Text("openapi"), StringComparison.Ordinal);
        var described = answer.Body["paths"]!.AsObject()
            .SelectMany(p => p.Value!.AsObject(), (p, m) => $"{m.Key.ToUpperInvariant()} {p.Key}")
            .ToHashSet();
        string[] wanted =
        [
            "GET /api/clusters", "POST /api/clusters", "POST /api/clusters/test", "PUT {0}", "DELETE {0}",
            "GET {0}", "GET {0}/brokers", "GET {0}/topics", "GET {0}/topics.csv", "GET {0}/topics/{topic}",
            "GET {0}/topics/{topic}/partitions/{partition}/records/{offset}/{part}",
            "GET {0}/filters", "GET {0}/filters/{name}", "PUT {0}/filters/{name}", "DELETE {0}/filters/{name}",
            "GET {0}/topics/{topic}/messages", "POST {0}/topics/{topic}/messages",
            "GET {0}/jobs", "POST {0}/jobs", "GET {0}/jobs/{id}", "DELETE {0}/jobs/{id}", "POST {0}/jobs/{id}/continue",
            "GET {0}/groups", "GET {0}/groups/{group}", "GET {0}/group", "GET {0}/znodes", "GET {0}/ensemble",
            "GET {0}/client", "GET {0}/quorum", "GET {0}/metadata-check", "GET {0}/metadata", "GET {0}/sessions", "GET {0}/reassignments",
            "GET {0}/nodes", "POST {0}/topics",
            "DELETE {0}/topics/{topic}", "PATCH {0}/topics/{topic}/configs", "POST {0}/topics/{topic}/partitions",
            "POST {0}/topics/{topic}/purge", "PUT {0}/topics/{topic}/uploads", "POST {0}/topics/{topic}/recreate",
            "GET {0}/schemas", "GET {0}/schemas/{subject}", "DELETE {0}/schemas/{subject}", "POST {0}/schemas/{subject}/versions",
            "GET {0}/schemas/{subject}/versions/{version}", "DELETE {0}/schemas/{subject}/versions/{version}",
            "GET {0}/schemas/{subject}/versions/{version}/usage", "PUT {0}/schemas/{subject}/compatibility",
            "DELETE {0}/schemas/{subject}/compatibility", "PUT {0}/schema-compatibility",
            "GET {0}/connect", "GET {0}/connect/{connect}/plugins", "GET {0}/connect/{connect}/connectors/{connector}",
            "POST {0}/connect/{connect}/connectors/{connector}", "DELETE {0}/connect/{connect}/connectors/{connector}",
            "PUT {0}/connect/{connect}/connectors/{connector}/config", "POST {0}/connect/{connect}/connectors/{connector}/{verb}",
            "GET {0}/connect/{connect}/connectors/{connector}/topics", "GET {0}/connect/{connect}/connectors/{connector}/offsets",
            "PATCH {0}/connect/{connect}/connectors/{connector}/offsets", "DELETE {0}/connect/{connect}/connectors/{connector}/offsets",
            "POST {0}/elections", "POST {0}/reassignments", "DELETE {0}/reassignments/{topic}",
            "POST {0}/groups/{group}/offsets", "DELETE {0}/groups/{group}", "DELETE {0}/groups/{group}/offsets/{topic}",
            "DELETE {0}/groups/{group}/members/{member}",
            "POST {0}/group/offsets", "DELETE {0}/group", "DELETE {0}/group/offsets/{topic}", "DELETE {0}/group/members/{member}",
            "POST {0}/nodes/{name}/{action}", "GET {0}/nodes/{name}", "POST {0}/nodes", "DELETE {0}/nodes/{name}",
            "GET {0}/engine", "PUT {0}/engine",
        ];
        Assert.Equal(wanted.Select(w => w.Replace("{0}", "/api/clusters/{cluster}", StringComparison.Ordinal)).ToHashSet(), described);
        Assert.All(
            answer.Body["paths"]!.AsObject()
                .SelectMany(p => p.Value!.AsObject())
                .SelectMany(method => method.Value!["responses"]!.AsObject())
                .Where(r => r.Key != "204"),
            response => Assert.NotNull(response.Value!["content"]!.AsObject().Single().Value!["schema"]));
        var partitions = answer.Body["components"]!["schemas"]!["PartitionBody"]!["properties"]!;
        Assert.Equal("integer", partitions["leader"]!.Text("type"));
    }

    [Fact]
    public async Task OpenAPI_says_what_every_address_does_and_what_a_request_may_leave_out()
    {
        var answer = await rest.GetAsync("/openapi/v1.json");
        var methods = answer.Body["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject(), (p, m) => (Path: $"{m.Key} {p.Key}", m.Value));
        Assert.Empty(methods.Where(m => string.IsNullOrEmpty(m.Value!["summary"]?.GetValue<string>())).Select(m => m.Path));
        var schemas = answer.Body["components"]!["schemas"]!;
        Assert.Equal("value", Required("ProduceBody"));
        Assert.Equal("to", Required("ResetOffsetsBody"));
        Assert.Equal("count", Required("AddPartitionsBody"));
        Assert.Equal("before", Required("PurgeBody"));
        Assert.Equal("", Required("AlterConfigsBody"));
        Assert.Equal("name", Required("CreateTopicBody"));
        // of an answer every field is there
        Assert.Equal("after before lagAfter partition topic", Required("OffsetChangeBody"));
        Assert.Contains("\"1 GiB\"", schemas["AlterConfigsBody"]!["properties"]!["set"]!.Text("description"), StringComparison.Ordinal);
        var messages = answer.Body["paths"]!["/api/clusters/{cluster}/topics/{topic}/messages"]!["get"]!;
        var filter = messages["parameters"]!.Find("name", "filter")!;
        Assert.Contains("json:PATH=VALUE", filter.Text("description"), StringComparison.Ordinal);

        string Required(string schema) =>
            string.Join(' ', (schemas[schema]!["required"]?.AsArray() ?? []).Select(r => r!.GetValue<string>()).Order());
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/api/nothing")]
    public async Task An_address_that_the_API_does_not_have_is_a_problem_too(string path)
    {
        var answer = await rest.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal("application/problem+json", answer.MediaType);
    }
}
