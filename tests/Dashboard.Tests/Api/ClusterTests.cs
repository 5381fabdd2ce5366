using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Dashboard.Api;
using Dashboard.Monitoring.Model;
using Testing;

namespace Dashboard.Tests.Api;

/// <summary>Clusters through REST: the hosted one is added once more under another name, as somebody's own would be.</summary>
[Collection(typeof(DashboardCollection))]
public sealed class ClusterTests(RunningDashboard dashboard) : IAsyncDisposable
{
    const string Id = "again";

    readonly Rest rest = new(dashboard);
    readonly Rest again = new(dashboard, Id);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync() => await rest.DeleteAsync($"/api/clusters/{Id}");

    [Fact]
    public async Task A_cluster_is_added_watched_changed_and_removed_without_a_restart()
    {
        var (kafka, zooKeeper) = await AddressesAsync();
        var added = await rest.PostAsync(
            "/api/clusters", new { id = Id, kafka, zookeeper = zooKeeper, label = "staging", colour = "blue" });
        Assert.True(added.Status == HttpStatusCode.Created, added.Text);
        Assert.Equal($"/api/clusters/{Id}", added.Location);
        added.Body.HasExactly(
            "id", "name", "kafka", "zookeeper", "properties", "zooKeeperProperties", "addresses", "label", "colour", "readOnly",
            "schemaRegistry", "metrics", "connect");
        await Eventually.TrueAsync(async () => (await ItemAsync())?["state"]?.ToString() is "ok" or "degraded", "it is read");
        var item = (await ItemAsync())!;
        item.HasExactly("id", "name", "kind", "label", "readOnly", "state", "version");
        Assert.Equal(
            ("again", "remote", "staging", "false"), (item.Text("name"), item.Text("kind"), item.Text("label"), item.Text("readOnly")));
        await Eventually.TrueAsync(async () => (await ItemAsync())!["version"] is not null, "the brokers told their versions");
        await again.EventuallyAsync("topics", t => t.AsArray().Count > 0, "its topics are read");
        Assert.Contains($"cluster=\"{Id}\"", await dashboard.Http.GetStringAsync("/metrics", Token), StringComparison.Ordinal);
        Assert.Contains(Id, await dashboard.Http.GetStringAsync($"/clusters/{Id}/brokers", Token), StringComparison.Ordinal);

        var changed = await rest.SendAsync(
            HttpMethod.Put, $"/api/clusters/{Id}", new { name = "Once more", kafka, zookeeper = zooKeeper, readOnly = true });
        Assert.True(changed.Status == HttpStatusCode.OK, changed.Text);
        await Eventually.TrueAsync(
            async () => (await ItemAsync())!.Text("name") == "Once more" && (await ItemAsync())!.Text("readOnly") == "true",
            "it is called so");
        await IsReadOnlyAsync();

        Assert.Equal(HttpStatusCode.NoContent, (await rest.DeleteAsync($"/api/clusters/{Id}")).Status);
        Assert.Null(await ItemAsync());
        (await again.GetAsync("")).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_CLUSTER");
        Assert.DoesNotContain($"cluster=\"{Id}\"", await dashboard.Http.GetStringAsync("/metrics", Token), StringComparison.Ordinal);
        (await rest.DeleteAsync($"/api/clusters/{Id}")).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_CLUSTER");
    }

    [Fact]
    public async Task What_a_change_would_do_is_told_and_not_done()
    {
        var body = new { id = Id, kafka = "127.0.0.1:1", readOnly = true };
        var plan = await rest.PostAsync("/api/clusters?dryRun=true", body);
        Assert.Equal(HttpStatusCode.OK, plan.Status);
        plan.Body.HasExactly("action", "id", "changes", "connects", "warnings");
        Assert.Equal(["name", "readOnly", "kafka"], plan.Body.Strings("changes"));
        Assert.Null(await ItemAsync());

        await rest.PostAsync("/api/clusters", body);
        var replaced = await rest.SendAsync(HttpMethod.Put, $"/api/clusters/{Id}?dryRun=true", new { kafka = "127.0.0.1:2" });
        Assert.Equal("replace", replaced.Body.Text("action"));
        Assert.Equal(["readOnly", "kafka"], replaced.Body.Strings("changes"));
        Assert.Equal("remove", (await rest.DeleteAsync($"/api/clusters/{Id}?dryRun=true")).Body.Text("action"));
        Assert.Equal("true", (await ItemAsync())!.Text("readOnly"));
        await Eventually.TrueAsync(async () => (await ItemAsync())!["state"]?.ToString() == "unreachable", "it is told to be so");
    }

    [Theory]
    [InlineData("""{"kafka":"b:1"}""", 422, "INVALID_CLUSTER", "id")]
    [InlineData("""{"id":"Again","kafka":"b:1"}""", 422, "INVALID_CLUSTER", "id")]
    [InlineData("""{"id":"again"}""", 422, "INVALID_CLUSTER", "kafka")]
    [InlineData("""{"id":"again","kafka":"b:many"}""", 422, "INVALID_CLUSTER", "kafka")]
    [InlineData("""{"id":"again","name":"\u202Eevil","kafka":"b:1"}""", 422, "INVALID_CLUSTER", "name")]
    [InlineData("""{"id":"again","properties":{"spring.kafka.bootstrap-servers":"b:1"}}""", 422, "INVALID_CLUSTER", "kafka")]
    [InlineData("""{"id":"again","kafka":"b:1","colour":"pink"}""", 422, "INVALID_CLUSTER", "colour")]
    [InlineData(
        """{"id":"again","kafka":"b:1","properties":{"ssl.key.password":"********"}}""", 422, "INVALID_CLUSTER",
        "properties.ssl.key.password")]
    [InlineData("""{"id":"local","kafka":"b:1"}""", 409, "CLUSTER_CONFLICT", "id")]
    [InlineData("""{"id":"again","kafka":"b:1","propertys":{}}""", 400, "INVALID_REQUEST", null)]
    [InlineData("""{"id":"again","kafka":"b:1","properties":{"x":null}}""", 400, "INVALID_REQUEST", null)]
    [InlineData("""{"id":"again","kafka":1}""", 400, "INVALID_REQUEST", null)]
    [InlineData("", 400, "INVALID_REQUEST", null)]
    public async Task A_wrong_field_is_named(string body, int status, string code, string? field)
    {
        foreach (var address in (string[])["/api/clusters", "/api/clusters?dryRun=true"])
        {
            var answer = await rest.SendAsync(HttpMethod.Post, address, prepare: r => r.Content = Json(body));
            answer.IsProblem((HttpStatusCode)status, code);
            Assert.Equal(field, answer.Body["field"]?.ToString());
        }

        Assert.Null(await ItemAsync());
    }

    [Fact]
    public async Task What_is_not_kept_here_is_not_changed_here()
    {
        (await rest.DeleteAsync("/api/clusters/local")).IsProblem(HttpStatusCode.Conflict, "CLUSTER_CONFLICT");
        var other = await rest.SendAsync(HttpMethod.Put, "/api/clusters/local", new { kafka = "b:1" });
        other.IsProblem(HttpStatusCode.Conflict, "CLUSTER_CONFLICT");
        var renamed = await rest.SendAsync(HttpMethod.Put, $"/api/clusters/{Id}", new { id = "other", kafka = "b:1" });
        renamed.IsProblem(HttpStatusCode.UnprocessableEntity, "INVALID_CLUSTER");
        var none = await rest.SendAsync(HttpMethod.Put, $"/api/clusters/{Id}", new { kafka = "b:1" });
        none.IsProblem(HttpStatusCode.NotFound, "UNKNOWN_CLUSTER");
        foreach (var method in (HttpMethod[])[HttpMethod.Post, HttpMethod.Put])
        {
            var text = await rest.SendAsync(
                method, method == HttpMethod.Post ? "/api/clusters" : $"/api/clusters/{Id}",
                prepare: r => r.Content = new StringContent("id: x"));
            text.IsProblem(HttpStatusCode.UnsupportedMediaType, "INVALID_REQUEST");
        }
    }

    [Fact]
    public async Task A_connection_is_tested_step_by_step()
    {
        var (kafka, zooKeeper) = await AddressesAsync();
        var good = (await rest.PostAsync("/api/clusters/test", new { kafka, zookeeper = zooKeeper })).Body["steps"]!.AsArray();
        Assert.All(good, step => step.HasExactly("step", "ok", "ms", "detail"));
        Assert.All(good, step => Assert.Equal("true", step!.Text("ok")));
        var names = good.Select(step => step!.Text("step")).ToList();
        Assert.Equal(names.Where(n => !n.StartsWith("zookeeper.", StringComparison.Ordinal)), names.TakeWhile(n => !n.Contains('.')));
        Assert.Subset(names.ToHashSet(), new HashSet<string> { "resolve", "connect", "apiVersions", "clusterId", "zookeeper.connect" });
        var bad = (await rest.PostAsync("/api/clusters/test", new { kafka = "127.0.0.1:1" })).Body["steps"]!.AsArray();
        Assert.Equal(("connect", "false"), (bad[^1]!.Text("step"), bad[^1]!.Text("ok")));
        var wrong = await rest.PostAsync("/api/clusters/test", new { kafka = "b:many" });
        wrong.IsProblem(HttpStatusCode.UnprocessableEntity, "INVALID_CLUSTER");
    }

    /// <summary>It takes connections and never answers.</summary>
    [Fact]
    public async Task A_black_hole_is_unreachable_and_the_others_are_read_as_ever()
    {
        using var hole = new Socket(SocketType.Stream, ProtocolType.Tcp);
        hole.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        hole.Listen();
        var address = $"127.0.0.1:{((IPEndPoint)hole.LocalEndPoint!).Port}";
        await rest.PostAsync("/api/clusters", new { id = Id, kafka = address, zookeeper = address });
        await Eventually.TrueAsync(async () => (await ItemAsync())!["state"]?.ToString() == "unreachable", "it is told to be so");
        Assert.Equal(HttpStatusCode.OK, (await rest.GetAsync("/readyz")).Status);
        var read = (await rest.ReadAsync("topics")).Body["asOf"]!.GetValue<DateTimeOffset>();
        await Eventually.TrueAsync(
            async () => (await rest.ReadAsync("topics")).Body["asOf"]!.GetValue<DateTimeOffset>() > read, "local is read again");
        var began = TimeProvider.System.GetTimestamp();
        Assert.Equal(HttpStatusCode.NoContent, (await rest.DeleteAsync($"/api/clusters/{Id}")).Status);
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(5), "its end is not waited for");
    }

    [Fact]
    public void What_was_never_asked_has_no_state()
    {
        var snapshot = new ClusterSnapshot { Id = "t", Name = "t", Kind = ClusterKind.Remote };
        Assert.Null(ClusterItem.Of(snapshot, null).State);
        var silence = new SectionError(SectionErrorKind.TimedOut, "x", null, "x", DateTimeOffset.UnixEpoch);
        snapshot = snapshot with
        {
            Topics = snapshot.Topics.Failed(silence),
            Brokers = snapshot.Brokers.Failed(silence),
            Ensemble = snapshot.Ensemble.Failed(silence),
        };
        Assert.Equal(ClusterStateName.Unreachable, ClusterItem.Of(snapshot, null).State);
    }

    [Fact]
    public async Task All_of_it_is_described()
    {
        var paths = (await rest.GetAsync("/openapi/v1.json")).Body["paths"]!;
        Assert.NotNull(paths["/api/clusters"]!["post"]!["responses"]!["201"]);
        Assert.NotNull(paths["/api/clusters/{cluster}"]!["put"]!["responses"]!["200"]);
        Assert.NotNull(paths["/api/clusters/{cluster}"]!["delete"]!["responses"]!["204"]);
        Assert.NotNull(paths["/api/clusters/test"]!["post"]!["responses"]!["200"]);
        Assert.Contains("dryRun", paths["/api/clusters/{cluster}"]!["delete"]!["parameters"]!.ToJsonString(), StringComparison.Ordinal);
    }

    async Task IsReadOnlyAsync()
    {
        var topic = new { name = "never", partitions = 1, replicationFactor = 1 };
        var refused = await again.PostAsync("topics", topic);
        refused.IsProblem(HttpStatusCode.Forbidden, "CLUSTER_READ_ONLY");
        Assert.Contains($"PUT /api/clusters/{Id}", refused.Body.Text("detail"), StringComparison.Ordinal);
        var plan = await again.PostAsync("topics?dryRun=true", topic);
        Assert.Equal((HttpStatusCode.OK, false), (plan.Status, plan.Body["canRun"]!.GetValue<bool>()));
        (HttpMethod Method, string Path, object? Body)[] others =
        [
            (HttpMethod.Post, "topics/orders/messages", new { value = "x" }),
            (HttpMethod.Delete, "schemas/orders-value", null),
            (HttpMethod.Delete, "schemas/orders-value/compatibility", null),
            (HttpMethod.Post, "schemas/orders-value/versions", new { schema = "\"string\"" }),
            (HttpMethod.Post, "connect/connect/connectors/x/restart", null),
        ];
        foreach (var (method, path, body) in others)
        {
            var told = await again.SendAsync(method, $"{path}?dryRun=true", body);
            Assert.True(told.Body["refusals"]?[0]!.Text("code") == "CLUSTER_READ_ONLY", told.Text);
            (await again.SendAsync(method, path, body)).IsProblem(HttpStatusCode.Forbidden, "CLUSTER_READ_ONLY");
        }

        (await again.PostAsync("elections", new { type = "preferred" })).IsProblem(HttpStatusCode.Forbidden, "CLUSTER_READ_ONLY");
        (await again.SendAsync(HttpMethod.Put, "topics/orders/uploads", null, request => request.Content = new StringContent("1")))
            .IsProblem(HttpStatusCode.Forbidden, "CLUSTER_READ_ONLY");
        (await again.DeleteAsync("topics/orders")).IsProblem(HttpStatusCode.Forbidden, "CLUSTER_READ_ONLY");
        var audit = await File.ReadAllLinesAsync(Path.Combine(dashboard.DataDirectory, "audit.jsonl"), Token);
        Assert.Contains(
            audit, line => line.Contains("\"never\"", StringComparison.Ordinal) && line.Contains("\"refused\"", StringComparison.Ordinal));
        Assert.Contains(audit, line => line.Contains("\"cluster.add\"", StringComparison.Ordinal));
        Assert.False((await rest.ValueAsync("topics")).Has("name", "never"));
    }

    async Task<JsonNode?> ItemAsync() => (await rest.GetAsync("/api/clusters")).Body.Find("id", Id);

    async Task<(string Kafka, string ZooKeeper)> AddressesAsync()
    {
        var (brokers, servers) = (await rest.ValueAsync("brokers"), await rest.ValueAsync("ensemble"));
        return (
            string.Join(',', brokers.AsArray().Select(b => $"{b!.Text("host")}:{b!.Text("port")}")),
            string.Join(',', servers.AsArray().Select(s => s!.Text("address"))) + "/kafka");
    }

    static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");
}
