using System.Net;
using Testing;

namespace Dashboard.Tests.Api;

/// <summary>A web page of elsewhere, opened in a browser on this machine, can neither read here nor change anything.</summary>
[Collection(typeof(DashboardCollection))]
public sealed class OriginTests(RunningDashboard dashboard)
{
    readonly Rest rest = new(dashboard);

    [Theory]
    [InlineData("/", "castle.example")]
    [InlineData("/clusters/local", "castle.example")]
    [InlineData("/api/clusters", "127.0.0.1.castle.example")]
    [InlineData("/api/clusters", "localhost.castle.example:8080")]
    [InlineData("/_blazor/negotiate", "castle.example")]
    [InlineData("/metrics", "10.0.0.7")]
    public async Task A_host_name_that_is_not_this_machines_is_refused(string path, string host)
    {
        var answer = await rest.SendAsync(HttpMethod.Get, path, prepare: r => r.Headers.Host = host);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.Status);
        Assert.Equal("application/problem+json", answer.MediaType);
        Assert.Contains("Castellan:SignIn:Hosts", answer.Body["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/clusters/local", "castle.example", null)]
    [InlineData("/api/clusters", null, "http://castle.example")]
    [InlineData("/nothing/there", null, null)]
    [InlineData("/api/nothing", null, null)]
    [InlineData("/clusters/local/topics/none", null, null)]
    [InlineData("/clusters/local", null, null)]
    public async Task What_is_refused_or_missing_has_the_same_one_policy(string path, string? host, string? origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var answer = await dashboard.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        // over plain http browsers take it of this machine's own names only, and complain of it else
        Assert.Equal(host is null, answer.Headers.Contains("Cross-Origin-Opener-Policy"));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    public async Task This_machines_names_are_served(string host)
    {
        var answer = await rest.SendAsync(
            HttpMethod.Get, "/api/clusters", prepare: r => r.Headers.Host = $"{host}:{dashboard.Address.Port}");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Theory]
    [InlineData("http://castle.example")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("https://127.0.0.1")]
    [InlineData("null")]
    [InlineData("file://")]
    public async Task Posts_of_another_origin_are_refused_and_do_nothing(string origin)
    {
        (HttpMethod Method, string Path, object? Body)[] posts =
        [
            (HttpMethod.Post, "topics", new { name = "forged", partitions = 1, replicationFactor = 1 }),
            (HttpMethod.Delete, "topics/orders", null),
            (HttpMethod.Post, "nodes/kafka0/kill", null),
        ];
        foreach (var (method, path, body) in posts)
        {
            var answer = await rest.SendAsync(method, path, body, r => r.Headers.Add("Origin", origin));
            Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
            Assert.Equal("application/problem+json", answer.MediaType);
        }

        var topics = (await rest.ValueAsync("znodes?path=/kafka/brokers/topics")).Strings("children");
        Assert.DoesNotContain("forged", topics);
        Assert.Equal("running", (await rest.ValueAsync("nodes")).Find("name", "kafka0")!.Text("state"));
    }

    [Theory]
    [InlineData("GET", "/_blazor?id=1")]
    [InlineData("POST", "/_blazor/negotiate?negotiateVersion=1")]
    [InlineData("GET", "/api/clusters")]
    [InlineData("GET", "/clusters/local")]
    public async Task The_hub_the_API_and_the_pages_refuse_another_origin(string method, string path)
    {
        var answer = await rest.SendAsync(new HttpMethod(method), path, prepare: r => r.Headers.Add("Origin", "http://castle.example"));
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
    }

    [Fact]
    public async Task A_socket_to_the_hub_cannot_be_opened_from_elsewhere_even_as_a_navigation()
    {
        var answer = await rest.SendAsync(HttpMethod.Get, "/_blazor", prepare: r =>
        {
            r.Headers.Add("Origin", "http://castle.example");
            r.Headers.Add("Sec-Fetch-Mode", "navigate");
            r.Headers.Add("Connection", "Upgrade");
            r.Headers.Add("Upgrade", "websocket");
        });
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
    }

    [Fact]
    public async Task A_script_tag_or_image_of_another_site_reads_nothing_but_its_links_lead_here()
    {
        var script = await rest.SendAsync(HttpMethod.Get, "/api/clusters", prepare: r =>
        {
            r.Headers.Add("Sec-Fetch-Site", "cross-site");
            r.Headers.Add("Sec-Fetch-Mode", "no-cors");
        });
        Assert.Equal(HttpStatusCode.Forbidden, script.Status);
        var link = await rest.SendAsync(HttpMethod.Get, "/clusters/local", prepare: r =>
        {
            r.Headers.Add("Sec-Fetch-Site", "cross-site");
            r.Headers.Add("Sec-Fetch-Mode", "navigate");
        });
        Assert.Equal(HttpStatusCode.OK, link.Status);
    }

    [Fact]
    public async Task The_own_origin_may_post()
    {
        var own = dashboard.Address.GetLeftPart(UriPartial.Authority);
        var answer = await rest.SendAsync(
            HttpMethod.Post, "elections?dryRun=true", new { type = "preferred" }, r => r.Headers.Add("Origin", own));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task No_answer_may_be_framed_or_sniffed_and_scripts_come_from_here_only()
    {
        using var page = await dashboard.Http.GetAsync("/clusters/local", TestContext.Current.CancellationToken);
        Assert.Equal("DENY", page.Headers.GetValues("X-Frame-Options").Single());
        Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
        var policy = page.Headers.GetValues("Content-Security-Policy").First();
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//castle.example/")]
    [InlineData("/\\castle.example/")]
    [InlineData("http://castle.example/")]
    public async Task The_language_link_leads_back_here_only(string back)
    {
        var answer = await rest.GetAsync($"/culture?c=en&returnUrl={Uri.EscapeDataString(back)}");
        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
        Assert.Equal("/", answer.Location);
    }

    [Fact]
    public async Task The_first_response_of_a_page_has_the_clusters_data_in_it()
    {
        await rest.EventuallyAsync("topics", t => t.Has("name", "test-cluster-topic"), "test-cluster-topic is there");
        var page = await rest.GetAsync("/clusters/local/topics");
        Assert.Equal("text/html", page.MediaType);
        Assert.Contains("test-cluster-topic", page.Text, StringComparison.Ordinal);
    }
}
