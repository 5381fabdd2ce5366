using System.Net;
using Testing;

namespace Dashboard.Tests.Identity;

/// <summary>Who comes in where one has to sign in, seen from a browser and from a script.</summary>
public sealed class SignInTests(GuardedDashboard guarded) : IClassFixture<GuardedDashboard>
{
    readonly RunningDashboard dashboard = guarded.Dashboard;

    [Theory]
    [InlineData("/", "/sign-in")]
    [InlineData("/clusters/prod/topics?q=orders", "/sign-in?returnUrl=%2Fclusters%2Fprod%2Ftopics%3Fq%3Dorders")]
    [InlineData("/settings/accounts", "/sign-in?returnUrl=%2Fsettings%2Faccounts")]
    [InlineData("/nothing/there", "/sign-in?returnUrl=%2Fnothing%2Fthere")]
    public async Task A_page_leads_to_the_sign_in_page_and_remembers_itself(string page, string location)
    {
        using var visitor = new Visitor(dashboard.Address);
        var answer = await visitor.GetAsync(page);
        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
        Assert.Equal(location, answer.Location);
    }

    [Theory]
    [InlineData("GET", "/api/clusters")]
    [InlineData("GET", "/api/nothing")]
    [InlineData("GET", "/metrics")]
    [InlineData("GET", "/openapi/v1.json")]
    [InlineData("POST", "/_blazor/negotiate?negotiateVersion=1")]
    [InlineData("GET", "/_blazor")]
    [InlineData("DELETE", "/api/clusters/prod")]
    [InlineData("POST", "/clusters")]
    public async Task What_programs_ask_is_answered_401_with_the_way_out(string method, string path)
    {
        using var visitor = new Visitor(dashboard.Address);
        var answer = await visitor.SendAsync(new HttpMethod(method), path);
        answer.IsProblem(HttpStatusCode.Unauthorized, "SIGN_IN_REQUIRED");
        Assert.Contains("Authorization: Bearer", answer.Body.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/sign-in")]
    [InlineData("/_framework/blazor.web.js")]
    [InlineData("/icons/castellan.svg")]
    public async Task Health_files_and_signing_in_are_open(string path)
    {
        using var visitor = new Visitor(dashboard.Address);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync(path)).Status);
    }

    [Fact]
    public async Task A_session_opens_the_pages_and_REST_by_a_cookie_that_scripts_and_other_sites_do_not_have()
    {
        using var visitor = new Visitor(dashboard.Address);
        var signedIn = await visitor.SignInAsync("Admin ", GuardedDashboard.Password, "/sign-in?returnUrl=%2Fclusters");
        Assert.Equal(HttpStatusCode.Redirect, signedIn.Status);
        Assert.Equal("/clusters", new Uri(dashboard.Address, signedIn.Location).PathAndQuery);
        var cookie = Assert.Single(visitor.SetCookies, set => set.StartsWith("castellan=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        var page = await visitor.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("admin", page.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/api/clusters")).Status);
    }

    [Theory]
    [InlineData("//castle.example/")]
    [InlineData("/\\castle.example/")]
    [InlineData("https://castle.example/")]
    public async Task Signing_in_leads_back_here_only(string back)
    {
        using var visitor = new Visitor(dashboard.Address);
        var answer = await visitor.SignInAsync("admin", GuardedDashboard.Password, $"/sign-in?returnUrl={Uri.EscapeDataString(back)}");
        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
        Assert.Equal(dashboard.Address, new Uri(dashboard.Address, answer.Location));
    }

    [Fact]
    public async Task The_first_link_is_good_once()
    {
        using var visitor = new Visitor(dashboard.Address);
        var answer = await visitor.GetAsync(guarded.FirstLink);
        Assert.DoesNotContain("<form", answer.Text, StringComparison.Ordinal);
        Assert.Contains("not good any longer", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("locked")]
    [InlineData("nobody-of-this-name")]
    public async Task Five_wrong_passwords_make_a_name_wait_and_tell_nothing_of_whether_it_is_there(string name)
    {
        if (name == "locked")
        {
            (await guarded.PersonAsync(name)).Dispose();
        }

        using var visitor = new Visitor(dashboard.Address);
        for (var left = 4; left >= 0; left--)
        {
            var wrong = await visitor.SignInAsync(name, "a wrong password");
            Assert.Equal(HttpStatusCode.OK, wrong.Status);
            var words = left == 0 ? "The next try is looked at in 5 min" : $"After {left} more {(left == 1 ? "try" : "tries")}: 5 min wait";
            Assert.Contains(words, wrong.Text, StringComparison.Ordinal);
        }

        var waits = await visitor.SignInAsync(name, GuardedDashboard.Password);
        Assert.Contains("Too many wrong tries for this user", waits.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(visitor.Cookies, cookie => cookie.Name == "castellan");
        await Eventually.TrueAsync(
            () => dashboard.Lines.Any(line => line.Contains(name, StringComparison.Ordinal)), "the log says who");
        Assert.DoesNotContain(dashboard.Lines, line => line.Contains("a wrong password", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Signing_in_takes_a_token_of_the_form_and_signing_out_comes_from_here_only()
    {
        using var visitor = new Visitor(dashboard.Address);
        var forged = await visitor.PostAsync(
            "/sign-in", ("_handler", "sign-in"), ("user", "admin"), ("password", GuardedDashboard.Password));
        Assert.Equal(HttpStatusCode.BadRequest, forged.Status);

        using var admin = await guarded.AdministratorAsync();
        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/sign-out");
        foreign.Headers.Add("Origin", "http://castle.example");
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.SendAsync(foreign)).Status);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/api/clusters")).Status);
    }

    [Fact]
    public async Task Who_signs_out_is_out_on_the_server_as_well()
    {
        using var admin = await guarded.AdministratorAsync();
        var key = admin.Cookies.Single(cookie => cookie.Name == "castellan").Value;
        Assert.Equal("/sign-in", (await admin.PostAsync("/sign-out")).Location);
        using var copy = new HttpRequestMessage(HttpMethod.Get, "/api/clusters");
        copy.Headers.Add("Cookie", $"castellan={key}");
        using var thief = new Visitor(dashboard.Address);
        (await thief.SendAsync(copy)).IsProblem(HttpStatusCode.Unauthorized, "SIGN_IN_REQUIRED");
    }

    [Fact]
    public async Task A_revoked_session_leads_to_the_sign_in_page_which_says_so()
    {
        using var admin = await guarded.AdministratorAsync();
        using var anna = await guarded.PersonAsync("anna", "viewer");
        var session = (await admin.GetAsync("/api/sessions")).Body.Find("name", "anna")!;
        Assert.Equal(HttpStatusCode.NoContent, (await admin.SendAsync(HttpMethod.Delete, $"/api/sessions/{session.Text("id")}")).Status);
        var page = await anna.GetAsync("/clusters");
        Assert.Equal("/sign-in?returnUrl=%2Fclusters&ended=1", page.Location);
        Assert.Contains("Your session has ended", (await anna.GetAsync(page.Location!)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_password_ends_the_other_sessions_of_the_account_and_not_this_one()
    {
        using var here = await guarded.PersonAsync("berta", "viewer");
        using var elsewhere = await guarded.SignedInAsync("berta", GuardedDashboard.Password);
        const string password = "another, longer password";
        foreach (var presentPassword in (string?[])[null, "a guess of somebody at her desk"])
        {
            // as one may type it where one signs in
            (await here.SendAsync(HttpMethod.Put, "/api/accounts/BERTA", new { password, presentPassword }))
                .IsProblem(HttpStatusCode.UnprocessableEntity, "INVALID_IDENTITY");
        }

        Assert.Equal(HttpStatusCode.OK, (await elsewhere.GetAsync("/api/clusters")).Status);
        var changed = await here.SendAsync(
            HttpMethod.Put, "/api/accounts/%20Berta", new { password, presentPassword = GuardedDashboard.Password });
        Assert.Equal(HttpStatusCode.NoContent, changed.Status);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/api/clusters")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await elsewhere.GetAsync("/api/clusters")).Status);
        using var old = new Visitor(dashboard.Address);
        Assert.Contains("do not match", (await old.SignInAsync("berta", GuardedDashboard.Password)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_kept_is_its_owners_alone_and_holds_no_password_and_no_key()
    {
        using var admin = await guarded.AdministratorAsync();
        var file = Path.Combine(dashboard.DataDirectory, "sign-in.json");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        var kept = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains("admin", kept, StringComparison.Ordinal);
        Assert.DoesNotContain(GuardedDashboard.Password, kept, StringComparison.Ordinal);
        Assert.DoesNotContain(admin.Cookies.Single(cookie => cookie.Name == "castellan").Value, kept, StringComparison.Ordinal);
    }
}
