using System.Net;
using System.Text.Json.Nodes;
using Dashboard.Messages.Tests.Registry;
using Testing;

namespace Dashboard.Tests.Schemas;

/// <summary>A registry that a cluster's definition names, through REST; on a cluster that is read-only nothing reaches it.</summary>
public sealed class SchemaRestTests : IAsyncLifetime
{
    const string Subject = "schemas/orders%2Feu-value";

    readonly TempDirectory directory = new();
    TestRegistry registry = null!;
    RunningDashboard dashboard = null!;

    public async ValueTask InitializeAsync()
    {
        registry = await TestRegistry.StartAsync();
        registry.Wanted = "Basic dTpwcw==";
        File.WriteAllText(
            directory["clusters.yaml"],
            $$"""
            clusters:
              - id: with
                kafka: 127.0.0.1:1
                schemaRegistry: { url: "{{registry.Url}}", user: u, password: ps }
              - id: kept
                kafka: 127.0.0.1:1
                readOnly: true
                schemaRegistry: { url: "{{registry.Url}}", user: u, password: ps }
              - id: without
                kafka: 127.0.0.1:1
            """);
        dashboard = new RunningDashboard
        {
            Arguments = ["--urls", "http://127.0.0.1:0", "--no-local", "--clusters", directory["clusters.yaml"]],
        };
        await dashboard.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await dashboard.DisposeAsync();
        await registry.DisposeAsync();
        directory.Dispose();
    }

    [Fact]
    public async Task A_subject_from_its_first_version_to_its_end()
    {
        var rest = new Rest(dashboard, "with");
        object body = new { schema = SchemaWorld.One };
        var plan = await rest.PostAsync($"{Subject}/versions?dryRun=true", body);
        Assert.True(plan.Status == HttpStatusCode.OK, plan.Text);
        Assert.True(plan.Body["canRun"]!.GetValue<bool>());
        Assert.Empty((await rest.ValueAsync("schemas"))["subjects"]!.AsArray());

        var made = await rest.PostAsync($"{Subject}/versions", body);
        Assert.True(made.Status == HttpStatusCode.OK, made.Text);
        Assert.Equal((1, 1), (made.Body["version"]!.GetValue<int>(), made.Body["id"]!.GetValue<int>()));
        Assert.Equal("orders/eu-value", (await rest.ValueAsync("schemas"))["subjects"]![0]!.Text("name"));
        (await rest.PostAsync($"{Subject}/versions", new { schema = SchemaWorld.Strict }))
            .IsProblem(HttpStatusCode.Conflict, "SCHEMA_INCOMPATIBLE");
        (await rest.PostAsync($"{Subject}/versions", new { schema = "{" })).IsProblem(HttpStatusCode.UnprocessableEntity, "INVALID_SCHEMA");
        (await rest.PostAsync($"{Subject}/versions", new { schemaText = "{" })).IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");

        var put = await rest.SendAsync(HttpMethod.Put, $"{Subject}/compatibility", new { level = "NONE" });
        Assert.True(put.Status == HttpStatusCode.NoContent, put.Text);
        (await rest.SendAsync(HttpMethod.Put, "schema-compatibility", new { level = "SOME" }))
            .IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Equal(HttpStatusCode.OK, (await rest.PostAsync($"{Subject}/versions", new { schema = SchemaWorld.Strict })).Status);
        var subject = await rest.GetAsync(Subject);
        Assert.Equal((2, "NONE"), (subject.Body["latest"]!.GetValue<int>(), subject.Body.Text("compatibility")));
        var version = await rest.GetAsync($"{Subject}/versions/1");
        Assert.Equal((SchemaWorld.One, "AVRO"), (version.Body.Text("schema"), version.Body.Text("type")));
        var usage = await rest.GetAsync($"{Subject}/versions/1/usage");
        Assert.True(usage.Status == HttpStatusCode.OK, usage.Text);

        Assert.Equal(HttpStatusCode.NoContent, (await rest.DeleteAsync($"{Subject}/versions/1")).Status);
        (await rest.DeleteAsync($"{Subject}?permanent=true")).IsProblem(HttpStatusCode.Conflict, "SCHEMA_NOT_DELETED");
        Assert.Equal(HttpStatusCode.NoContent, (await rest.DeleteAsync(Subject)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await rest.DeleteAsync($"{Subject}?permanent=true")).Status);
        (await rest.GetAsync(Subject)).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_SCHEMA");

        var lines = await File.ReadAllLinesAsync(
            Path.Combine(dashboard.DataDirectory, "audit.jsonl"), TestContext.Current.CancellationToken);
        var audit = lines.Select(line => JsonNode.Parse(line)!).Where(e => e.Text("subject") == "orders/eu-value").ToList();
        Assert.Contains(
            audit, e => (e.Text("action"), e.Text("outcome"), e["after"]?.ToString()) == ("schema.register", "done", "version 1, id 1"));
        Assert.Contains(audit, e => (e.Text("action"), e["before"]?.ToString()) == ("schema.delete", "versions 1, 2"));
        Assert.Contains(audit, e => (e.Text("action"), e.Text("outcome")) == ("schema.purge", "done"));
        Assert.DoesNotContain(lines, line => line.Contains("dTpwcw", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Read_only_refuses_and_trouble_is_told()
    {
        var kept = new Rest(dashboard, "kept");
        (await kept.PostAsync($"{Subject}/versions", new { schema = SchemaWorld.One }))
            .IsProblem(HttpStatusCode.Forbidden, "CLUSTER_READ_ONLY");
        Assert.DoesNotContain(registry.Requests.Keys, request => request.StartsWith("POST", StringComparison.Ordinal));
        (await new Rest(dashboard, "without").GetAsync("schemas")).IsProblem(HttpStatusCode.NotFound, "NO_SCHEMA_REGISTRY");

        registry.Wanted = "Basic other";
        var list = await kept.GetAsync("schemas");
        Assert.Null(list.Body["value"]);
        Assert.Equal("refused", list.Body["error"]!.Text("kind"));
        Assert.Contains("wants another user", (await kept.GetAsync(Subject)).Text, StringComparison.Ordinal);
    }
}
