using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Testing;

namespace Dashboard.Tests.Identity;

/// <summary>API tokens and accounts through REST: shown once, scoped, revocable, and never more than their owner.</summary>
public sealed class TokenTests(GuardedDashboard guarded) : IClassFixture<GuardedDashboard>
{
    readonly RunningDashboard dashboard = guarded.Dashboard;

    [Fact]
    public async Task A_token_lets_a_program_in_everywhere_until_it_is_revoked()
    {
        using var admin = await guarded.AdministratorAsync();
        var (id, token) = await MakeAsync(admin, "grafana", "viewer");
        Assert.Matches("^cst_[A-Za-z0-9_-]{43}$", token);
        foreach (var path in (string[])["/api/clusters", "/metrics", "/openapi/v1.json", "/", "/clusters"])
        {
            Assert.Equal(HttpStatusCode.OK, (await BearAsync(token, HttpMethod.Get, path)).Status);
        }

        var listed = await admin.GetAsync("/api/tokens");
        Assert.DoesNotContain(token, listed.Text, StringComparison.Ordinal);
        Assert.NotNull(listed.Body.Find("id", id)!["used"]);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.SendAsync(HttpMethod.Delete, $"/api/tokens/{id}")).Status);
        var refused = await BearAsync(token, HttpMethod.Get, "/api/clusters");
        refused.IsProblem(HttpStatusCode.Unauthorized, "INVALID_TOKEN");
        Assert.DoesNotContain(token, refused.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await BearAsync(token, HttpMethod.Get, "/clusters")).Status);
        foreach (var file in Directory.EnumerateFiles(dashboard.DataDirectory, "*", SearchOption.AllDirectories))
        {
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            Assert.DoesNotContain(token, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_token_makes_no_tokens_and_a_viewers_administrates_nothing_whatever_it_says()
    {
        using var carl = await guarded.PersonAsync("carl", "viewer");
        var (_, token) = await MakeAsync(carl, "sly", "admin");
        var more = await BearAsync(token, HttpMethod.Post, "/api/tokens", """{"name": "more", "roles": ["admin"]}""");
        more.IsProblem(HttpStatusCode.Forbidden, "ACCESS_DENIED");
        (await BearAsync(token, HttpMethod.Get, "/api/accounts")).IsProblem(HttpStatusCode.Forbidden, "ACCESS_DENIED");
        (await carl.GetAsync("/api/accounts")).IsProblem(HttpStatusCode.Forbidden, "ACCESS_DENIED");
        (await carl.SendAsync(HttpMethod.Put, "/api/accounts/carl", new { roles = new[] { "admin" } }))
            .IsProblem(HttpStatusCode.Forbidden, "ACCESS_DENIED");
        (await carl.SendAsync(HttpMethod.Put, "/api/accounts/admin", new { password = GuardedDashboard.Password }))
            .IsProblem(HttpStatusCode.Forbidden, "ACCESS_DENIED");
    }

    [Fact]
    public async Task Nobody_sees_or_revokes_the_tokens_of_another_but_administrators()
    {
        using var dora = await guarded.PersonAsync("dora", "viewer");
        using var emil = await guarded.PersonAsync("emil", "viewer");
        var (id, token) = await MakeAsync(dora, "doras", "viewer");
        Assert.False((await emil.GetAsync("/api/tokens")).Body.Has("id", id));
        (await emil.SendAsync(HttpMethod.Delete, $"/api/tokens/{id}")).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_IDENTITY");
        using var admin = await guarded.AdministratorAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await admin.SendAsync(HttpMethod.Delete, "/api/accounts/Dora")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await BearAsync(token, HttpMethod.Get, "/api/clusters")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await dora.GetAsync("/api/clusters")).Status);
    }

    [Theory]
    [InlineData("""{"name": "bad name", "roles": ["viewer"]}""")]
    [InlineData("""{"name": "none", "roles": []}""")]
    [InlineData("""{"name": "long", "roles": ["viewer"], "days": 4000}""")]
    [InlineData("""{"name": "where", "roles": ["viewer"], "clusters": ["prod;rm"]}""")]
    [InlineData("""{"roles": ["viewer"]}""")]
    public async Task What_a_token_cannot_be_is_said(string body)
    {
        using var admin = await guarded.AdministratorAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tokens") { Content = Json(body) };
        var answer = await admin.SendAsync(request);
        answer.IsProblem(HttpStatusCode.UnprocessableEntity, "INVALID_IDENTITY");
    }

    [Fact]
    public async Task A_dry_run_of_accounts_tokens_and_sessions_says_what_would_be_and_changes_nothing()
    {
        using var admin = await guarded.AdministratorAsync();
        using var gina = await guarded.PersonAsync("gina", "viewer");
        var (id, token) = await MakeAsync(gina, "kept", "viewer");
        var session = (await gina.GetAsync("/api/sessions")).Body[0]!.Text("id");
        var before = await KeptAsync(admin);
        (HttpMethod Method, string Path, object? Body, Action<Answer> Answer)[] asked =
        [
            (HttpMethod.Post, "/api/accounts", new { name = "hans", roles = new[] { "viewer" } }, a => Is(a, "name", "hans")),
            (HttpMethod.Post, "/api/accounts", new { name = "gina" }, a => a.IsProblem(HttpStatusCode.Conflict, "IDENTITY_CONFLICT")),
            (
                HttpMethod.Put, "/api/accounts/gina", new { roles = new[] { "operator" }, password = "another, longer password" },
                a => Assert.Equal(HttpStatusCode.NoContent, a.Status)),
            (
                HttpMethod.Put, "/api/accounts/gina", new { password = "short", roles = new[] { "operator" } },
                a => a.IsProblem(HttpStatusCode.UnprocessableEntity, "INVALID_IDENTITY")),
            (
                HttpMethod.Put, "/api/accounts/gina", new { password = "aaaaaaaaaaaaaaaa" },
                a => a.IsProblem(HttpStatusCode.UnprocessableEntity, "INVALID_IDENTITY")),
            (HttpMethod.Delete, "/api/accounts/gina", null, a => Is(a, "name", "gina")),
            (HttpMethod.Delete, "/api/accounts/admin", null, a => a.IsProblem(HttpStatusCode.Conflict, "IDENTITY_CONFLICT")),
            (HttpMethod.Post, "/api/tokens", new { name = "new", roles = new[] { "viewer" } }, a => Is(a, "name", "new")),
            (HttpMethod.Delete, $"/api/tokens/{id}", null, a => Is(a, "id", id)),
            (HttpMethod.Delete, $"/api/sessions/{session}", null, a => Is(a, "id", session)),
        ];
        foreach (var (method, path, body, check) in asked)
        {
            check(await admin.SendAsync(method, $"{path}?dryRun=true", body));
        }

        Assert.Equal(before, await KeptAsync(admin));
        Assert.Equal(HttpStatusCode.OK, (await gina.GetAsync("/api/clusters")).Status);
        Assert.Equal(HttpStatusCode.OK, (await BearAsync(token, HttpMethod.Get, "/api/clusters")).Status);

        static void Is(Answer answer, string field, string value)
        {
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.Equal(value, answer.Body.Text(field));
        }

        static async Task<string> KeptAsync(Visitor admin) =>
            $"{(await admin.GetAsync("/api/accounts")).Body.Find("name", "gina")} "
            + $"{(await admin.GetAsync("/api/accounts")).Body.Has("name", "hans")} "
            + $"{(await admin.GetAsync("/api/tokens")).Body.Has("name", "new")}";
    }

    [Fact]
    public async Task A_misspelt_role_is_refused_with_those_that_there_are_and_one_of_two_changes_is_not_made_alone()
    {
        using var admin = await guarded.AdministratorAsync();
        using var ida = await guarded.PersonAsync("ida", "viewer");
        foreach (var (method, path, body) in ((HttpMethod, string, object)[])
        [
            (HttpMethod.Post, "/api/accounts", new { name = "jan", roles = new[] { "vewer" } }),
            (HttpMethod.Put, "/api/accounts/ida", new { roles = new[] { "vewer" }, password = "another, longer password" }),
            (HttpMethod.Post, "/api/tokens", new { name = "typo", roles = new[] { "vewer" } }),
        ])
        {
            var refused = await admin.SendAsync(method, path, body);
            refused.IsProblem(HttpStatusCode.UnprocessableEntity, "INVALID_IDENTITY");
            Assert.Contains("no role vewer; there are admin, operator, viewer", refused.Body.Text("detail"), StringComparison.Ordinal);
        }

        (await admin.SendAsync(HttpMethod.Put, "/api/accounts/ida", new { roles = new[] { "operator" }, password = "short" }))
            .IsProblem(HttpStatusCode.UnprocessableEntity, "INVALID_IDENTITY");
        Assert.Equal("viewer", (await admin.GetAsync("/api/accounts")).Body.Find("name", "ida")!["roles"]![0]!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await ida.GetAsync("/api/clusters")).Status);
    }

    [Fact]
    public async Task The_audit_log_says_which_roles_an_account_had_and_has()
    {
        using var admin = await guarded.AdministratorAsync();
        (await guarded.PersonAsync("karl", "viewer")).Dispose();
        var changed = await admin.SendAsync(HttpMethod.Put, "/api/accounts/karl", new { roles = new[] { "operator", "viewer" } });
        Assert.Equal(HttpStatusCode.NoContent, changed.Status);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.SendAsync(HttpMethod.Delete, "/api/accounts/karl")).Status);
        var log = await File.ReadAllLinesAsync(
            Path.Combine(dashboard.DataDirectory, "audit.jsonl"), TestContext.Current.CancellationToken);
        Assert.Equal(
            [
                ("account.add", null, "roles: viewer"), ("account.roles", "roles: viewer", "roles: operator, viewer"),
                ("account.remove", "roles: operator, viewer", null),
            ],
            log.Select(line => JsonNode.Parse(line)!).Where(entry => entry.Text("subject") == "karl")
                .Select(entry => (entry.Text("action"), entry["before"]?.ToString(), entry["after"]?.ToString())));

        // it belongs to no cluster, and is on no cluster's page
        using var lisa = await guarded.PersonAsync("lisa", "viewer");
        (await lisa.SendAsync(HttpMethod.Delete, "/api/accounts/admin")).IsProblem(HttpStatusCode.Forbidden, "ACCESS_DENIED");
        var page = WebUtility.HtmlDecode((await admin.GetAsync("/settings/accounts")).Text);
        Assert.Contains("roles: viewer → roles: operator, viewer", page, StringComparison.Ordinal);
        Assert.Contains("DELETE /api/accounts/admin", page, StringComparison.Ordinal);
        Assert.DoesNotContain("roles: operator", (await lisa.GetAsync("/settings/accounts")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_administrator_stays_one()
    {
        using var admin = await guarded.AdministratorAsync();
        (await admin.SendAsync(HttpMethod.Delete, "/api/accounts/admin")).IsProblem(HttpStatusCode.Conflict, "IDENTITY_CONFLICT");
        (await admin.SendAsync(HttpMethod.Put, "/api/accounts/admin", new { roles = new[] { "viewer" } }))
            .IsProblem(HttpStatusCode.Conflict, "IDENTITY_CONFLICT");
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/api/accounts")).Status);
    }

    static async Task<(string Id, string Token)> MakeAsync(Visitor owner, string name, string role)
    {
        var made = await owner.SendAsync(HttpMethod.Post, "/api/tokens", new { name, roles = new[] { role } });
        Assert.True(made.Status == HttpStatusCode.Created, made.Text);
        return (made.Body.Text("id"), made.Body.Text("token"));
    }

    async Task<Answer> BearAsync(string token, HttpMethod method, string path, string? body = null)
    {
        using var program = new Visitor(dashboard.Address);
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : Json(body) };
        request.Headers.Authorization = new("Bearer", token);
        return await program.SendAsync(request);
    }

    static StringContent Json(string body) => new(body, new MediaTypeHeaderValue("application/json"));
}
