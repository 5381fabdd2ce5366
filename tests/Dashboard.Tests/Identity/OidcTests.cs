using System.Buffers.Text;
using System.Net;
using System.Text;
using Testing;
using Testing.Security;

namespace Dashboard.Tests.Identity;

/// <summary>Single sign-on against an issuer of the test's own, over sockets.</summary>
public sealed class OidcTests : IAsyncLifetime
{
    readonly TestOpenIdProvider issuer = new();
    RunningDashboard dashboard = null!;

    public async ValueTask InitializeAsync()
    {
        dashboard = Dashboard();
        await dashboard.InitializeAsync();
    }

    RunningDashboard Dashboard(params (string Key, string Value)[] more) => new()
    {
        Arguments = ["--urls", "http://127.0.0.1:0", "--no-local"],
        Environment = new Dictionary<string, string>(more.Select(one => KeyValuePair.Create(one.Key, one.Value)))
        {
            ["CASTELLAN_SIGNIN__OIDC__AUTHORITY"] = issuer.Issuer,
            ["CASTELLAN_SIGNIN__OIDC__CLIENTID"] = TestOpenIdProvider.ClientId,
            ["CASTELLAN_SIGNIN__OIDC__CLIENTSECRET"] = TestOpenIdProvider.ClientSecret,
            ["CASTELLAN_SIGNIN__OIDC__NAME"] = "Example SSO",
        },
    };

    public async ValueTask DisposeAsync()
    {
        await dashboard.DisposeAsync();
        await issuer.DisposeAsync();
    }

    [Fact]
    public async Task The_issuer_names_a_person_and_its_groups_and_nothing_else_of_it_is_kept()
    {
        issuer.Person["preferred_username"] = "anna";
        issuer.Person["groups"] = new[] { "kafka-admins", "everybody" };
        issuer.MoreOfPerson["groups"] = new[] { "everybody", "late-shift" };
        using var visitor = new Visitor(dashboard.Address);
        var page = await visitor.GetAsync("/sign-in?returnUrl=%2Fclusters");
        Assert.Contains("Sign in with Example SSO", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("type=\"password\"", page.Text, StringComparison.Ordinal);
        var back = await ThroughIssuerAsync(visitor, "/sign-in/oidc?returnUrl=%2Fclusters");
        Assert.Equal("/clusters", back.Location);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/clusters")).Status);
        var session = Assert.Single((await visitor.GetAsync("/api/sessions")).Body.AsArray());
        Assert.Equal("anna", session!.Text("name"));
        Assert.Equal("oidc", session!.Text("source"));
        var kept = await File.ReadAllTextAsync(
            Path.Combine(dashboard.DataDirectory, "sign-in.json"), TestContext.Current.CancellationToken);
        foreach (var group in (string[])["kafka-admins", "everybody", "late-shift"])
        {
            Assert.Single(kept.Split($"\"{group}\"")[1..]);
        }

        Assert.DoesNotContain("opaque", kept, StringComparison.Ordinal);
        Assert.DoesNotContain(dashboard.Lines, line => line.Contains(TestOpenIdProvider.ClientSecret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_person_whom_the_issuer_refuses_reads_that_in_words_of_ours_and_is_not_in()
    {
        issuer.Refusal = "access_denied";
        using var visitor = new Visitor(dashboard.Address);
        var back = await ThroughIssuerAsync(visitor, "/sign-in/oidc?returnUrl=%2Fclusters");
        Assert.Equal("/sign-in?returnUrl=%2Fclusters&fault=oidc", back.Location);
        var page = await visitor.GetAsync(back.Location!);
        Assert.Contains("Example SSO did not sign you in", page.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.GetAsync("/api/clusters")).Status);
    }

    /// <summary>The form may lead to this site alone, so that a page leads on; the session here has ended by then.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Signing_out_ends_the_session_at_the_issuer_where_it_offers_that(bool offers)
    {
        issuer.OffersSignOut = offers;
        issuer.Person["preferred_username"] = "anna";
        using var visitor = new Visitor(dashboard.Address);
        await ThroughIssuerAsync(visitor, "/sign-in/oidc");
        var left = await visitor.PostAsync("/sign-out");
        Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.GetAsync("/api/clusters")).Status);
        if (!offers)
        {
            Assert.Equal("/sign-in", left.Location);
            return;
        }

        Assert.Equal(HttpStatusCode.OK, left.Status);
        var leads = new Uri(WebUtility.HtmlDecode(left.Text.Split('"').Single(part => part.StartsWith("http", StringComparison.Ordinal))));
        Assert.StartsWith($"{issuer.Issuer}/sign-out?", leads.AbsoluteUri, StringComparison.Ordinal);
        var query = System.Web.HttpUtility.ParseQueryString(leads.Query);
        Assert.Equal(($"{dashboard.Address}sign-in", TestOpenIdProvider.ClientId), (query["post_logout_redirect_uri"], query["client_id"]));
        var claims = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(query["id_token_hint"]!.Split('.')[1]));
        Assert.Contains("\"preferred_username\":\"anna\"", claims, StringComparison.Ordinal);
        // what the issuer gave is on disk encrypted, until the session ends
        var kept = await File.ReadAllTextAsync(
            Path.Combine(dashboard.DataDirectory, "sign-in.json"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(query["id_token_hint"]!, kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_settings_turn_it_off_signing_out_stays_here_and_nothing_of_the_issuer_is_kept()
    {
        issuer.OffersSignOut = true;
        issuer.Person["preferred_username"] = "anna";
        await using var alone = Dashboard(("CASTELLAN_SIGNIN__OIDC__SIGNOUT", "false"));
        await alone.InitializeAsync();
        using var visitor = new Visitor(alone.Address);
        await ThroughIssuerAsync(visitor, "/sign-in/oidc");
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/api/clusters")).Status);
        var kept = await File.ReadAllTextAsync(
            Path.Combine(alone.DataDirectory, "sign-in.json"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("\"idToken\":\"", kept, StringComparison.Ordinal);
        Assert.Equal("/sign-in", (await visitor.PostAsync("/sign-out")).Location);
        Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.GetAsync("/api/clusters")).Status);
    }

    [Fact]
    public async Task A_token_that_was_made_for_another_sign_in_lets_nobody_in()
    {
        issuer.Person["preferred_username"] = "mallory";
        issuer.ForeignNonce = "of-somebody-else";
        using var visitor = new Visitor(dashboard.Address);
        var back = await ThroughIssuerAsync(visitor, "/sign-in/oidc");
        Assert.Equal("/sign-in?fault=oidc", back.Location);
        Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.GetAsync("/api/clusters")).Status);
    }

    [Fact]
    public async Task An_answer_that_nobody_asked_for_lets_nobody_in()
    {
        using var visitor = new Visitor(dashboard.Address);
        var back = await visitor.GetAsync("/sign-in/oidc/back?code=stolen&state=forged");
        Assert.StartsWith("/sign-in?fault=oidc", back.Location, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.GetAsync("/api/clusters")).Status);
    }

    [Fact]
    public async Task An_issuer_that_is_down_is_said_on_the_sign_in_page_and_in_the_log_with_its_address()
    {
        await issuer.DisposeAsync();
        using var visitor = new Visitor(dashboard.Address);
        var back = await visitor.GetAsync("/sign-in/oidc?returnUrl=%2Fclusters");
        Assert.Equal((HttpStatusCode.Redirect, "/sign-in?returnUrl=%2Fclusters&fault=oidc-silent"), (back.Status, back.Location));
        Assert.Contains("Example SSO does not answer", (await visitor.GetAsync(back.Location!)).Text, StringComparison.Ordinal);
        await Eventually.TrueAsync(
            () => dashboard.Lines.Any(line => line.Contains($"at {issuer.Issuer} failed", StringComparison.Ordinal)), "the log says which");
    }

    [Fact]
    public async Task An_issuer_that_goes_while_somebody_signs_in_is_said_too()
    {
        using var visitor = new Visitor(dashboard.Address);
        var toIssuer = await visitor.GetAsync("/sign-in/oidc");
        var back = await visitor.GetAsync(toIssuer.Location!);
        await issuer.DisposeAsync();
        Assert.Equal("/sign-in?fault=oidc-silent", (await visitor.GetAsync(back.Location!)).Location);
    }

    [Theory]
    [InlineData("two\nlines")]
    [InlineData("")]
    public async Task A_name_that_is_none_lets_nobody_in(string name)
    {
        issuer.Person["preferred_username"] = name.Length > 0 ? name : new string('x', 300);
        issuer.Person["sub"] = " ";
        issuer.MoreOfPerson["sub"] = " ";
        using var visitor = new Visitor(dashboard.Address);
        Assert.Equal("/sign-in?fault=oidc", (await ThroughIssuerAsync(visitor, "/sign-in/oidc")).Location);
    }

    /// <summary>To the issuer and back, as a browser is led.</summary>
    static async Task<Answer> ThroughIssuerAsync(Visitor visitor, string start)
    {
        var toIssuer = await visitor.GetAsync(start);
        Assert.Equal(HttpStatusCode.Redirect, toIssuer.Status);
        Assert.Contains("code_challenge_method=S256", toIssuer.Location, StringComparison.Ordinal);
        var back = await visitor.GetAsync(toIssuer.Location!);
        Assert.Equal(HttpStatusCode.Redirect, back.Status);
        return await visitor.GetAsync(back.Location!);
    }
}
