using System.Text.Json.Nodes;
using Dashboard.Security.Access;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;

namespace Dashboard.Tests.Security;

/// <summary>Every address of the running application, held against one table of who may what there.</summary>
public sealed class AccessTableTests(AccessWorld world) : IClassFixture<AccessWorld>
{
    [Fact]
    public void Every_address_says_what_it_takes_and_is_in_the_table()
    {
        Assert.Empty(world.Endpoints.Where(e => Requirement(e) is null).Select(Key));
        var known = AccessTable.Rows.Select(row => row.Endpoint).ToHashSet();
        var there = world.Endpoints.Where(e => !IsOfThePagesThemselves(e)).Select(Key).ToHashSet();
        Assert.Empty(there.Except(known).Order());
        Assert.Empty(known.Except(there).Order());
    }

    [Fact]
    public void Only_files_are_open_beside_the_table_and_the_socket_of_pages_is_not() => Assert.All(
        world.Endpoints.Where(IsOfThePagesThemselves),
        e => Assert.Equal(e.Metadata.GetMetadata<StaticAssetDescriptor>() is not null, Requirement(e) is OpenToAllAttribute));

    [Fact]
    public async Task Each_may_what_the_table_says()
    {
        var wrong = new List<string>();
        foreach (var row in AccessTable.Rows)
        {
            var method = row.Endpoint.Split(' ')[0] is var word && word is "page" or "*" ? "GET" : row.Endpoint.Split(' ')[0];
            foreach (var (person, expected) in AccessWorld.People.Zip(row.Expected))
            {
                var (status, text) = await world.SendAsync(method, row.Address, person, row.Json);
                if (status != expected)
                {
                    wrong.Add($"{row.Endpoint} as {person ?? "nobody"}: {status}, not {expected}: {text[..Math.Min(text.Length, 200)]}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("vera")]
    [InlineData("otto")]
    [InlineData("token")]
    public async Task A_cluster_that_one_may_not_see_is_answered_as_one_that_is_not_there(string person)
    {
        foreach (var row in AccessTable.Rows.Where(row => row.Endpoint.Contains("{cluster}", StringComparison.OrdinalIgnoreCase)))
        {
            var method = row.Endpoint.Split(' ')[0];
            string At(string cluster) => row.Address.Replace("prod-eu", cluster, StringComparison.Ordinal);
            var hidden = await world.SendAsync(method, At("prod-us"), person, row.Json);
            var absent = await world.SendAsync(method, At("prod-xx"), person, row.Json);
            Assert.Equal(404, hidden.Status);
            Assert.Equal(WithoutTrace(absent.Text).Replace("prod-xx", "prod-us", StringComparison.Ordinal), WithoutTrace(hidden.Text));
        }

        var page = await world.SendAsync("GET", "/clusters/prod-us/topics", person, null);
        Assert.Equal(404, page.Status);
        Assert.DoesNotContain("prod-us", (await world.SendAsync("GET", "/clusters", person, null)).Text, StringComparison.Ordinal);
        var metrics = (await world.SendAsync("GET", "/metrics", person, null)).Text;
        Assert.Contains("cluster=\"prod-eu\"", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("prod-us", metrics, StringComparison.Ordinal);
        Assert.Contains("cluster=\"prod-us\"", (await world.SendAsync("GET", "/metrics", "ada", null)).Text, StringComparison.Ordinal);
        var listed = JsonNode.Parse((await world.SendAsync("GET", "/api/clusters", person, null)).Text)!.AsArray();
        Assert.Equal(["prod-eu"], listed.Select(cluster => cluster!["id"]!.ToString()));
    }

    [Fact]
    public async Task What_is_missing_is_named_and_what_was_refused_is_written_down()
    {
        var refused = await world.SendAsync("DELETE", "/api/clusters/prod-eu/topics/orders", "otto", null);
        var problem = JsonNode.Parse(refused.Text)!;
        Assert.Equal((403, "ACCESS_DENIED"), (refused.Status, problem["code"]!.ToString()));
        Assert.Equal(
            "operator otto may not delete topics on prod-eu (orders): it takes a role with 'delete' on topics there; "
            + "roles are given under access: in clusters.yaml.", problem["detail"]!.ToString());
        var nobody = await world.SendAsync("DELETE", "/api/clusters/prod-eu/topics/orders", null, null);
        Assert.Equal((401, "SIGN_IN_REQUIRED"), (nobody.Status, JsonNode.Parse(nobody.Text)!["code"]!.ToString()));
        var lines = (await File.ReadAllLinesAsync(world.AuditFile, TestContext.Current.CancellationToken))
            .Select(line => JsonNode.Parse(line)!).ToList();
        var written = lines.Select(line => string.Join(' ', line["user"], line["subject"], line["outcome"], line["address"]));
        Assert.Contains("otto DELETE /api/clusters/prod-eu/topics/orders refused 127.0.0.1", written);
    }

    static string WithoutTrace(string problem)
    {
        var body = JsonNode.Parse(problem)!.AsObject();
        body.Remove("traceId");
        return body.ToJsonString();
    }

    [Fact]
    public async Task What_is_described_says_how_to_send_a_token()
    {
        var described = JsonNode.Parse((await world.SendAsync("GET", "/openapi/v1.json", "vera", null)).Text)!;
        Assert.Equal("bearer", described["components"]!["securitySchemes"]!["bearer"]!["scheme"]!.ToString());
        Assert.All(
            described["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Where(operation => operation.Value is JsonObject),
            operation => Assert.NotNull(operation.Value!["responses"]!["401"] ?? operation.Value!["responses"]!["403"]));
    }

    static RequirementAttribute? Requirement(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<RequirementAttribute>();

    /// <summary>Static files, the script of the framework and the socket of pages.</summary>
    static bool IsOfThePagesThemselves(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null
        || (endpoint.RoutePattern.RawText is { } pattern
            && (pattern.TrimStart('/').StartsWith("_blazor", StringComparison.Ordinal)
                || pattern.TrimStart('/').StartsWith("_framework", StringComparison.Ordinal)));

    /// <summary>"GET /api/clusters/"; "page /clusters/{ClusterId}".</summary>
    static string Key(RouteEndpoint endpoint)
    {
        var pattern = '/' + endpoint.RoutePattern.RawText!.TrimStart('/');
        var methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];
        return endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null ? $"page {pattern}"
            : $"{(methods.Count == 0 ? "*" : string.Join(',', methods))} {pattern}";
    }
}
