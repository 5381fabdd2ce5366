using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Testing;

namespace Browser.Tests.Stories;

/// <summary>The same where one signs in: an operator does all but delete, a viewer looks on and is told why nothing else works.</summary>
public sealed class RoleTests(Chromium chromium) : HostedStoryTest(chromium)
{
    const string Password = "a password of sixteen";

    RunningDashboard guarded = null!;

    protected override RunningDashboard Program => guarded;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        guarded = await LaunchAsync("--sign-in", "local");
    }

    [Fact]
    public async Task An_operator_does_all_but_delete_and_a_viewer_looks_on()
    {
        await AccountsAsync();
        await Cluster.ReadyAsync(guarded);
        await SignInAsync("otto");
        await LooksAroundAsync();
        await LivesOnAsync();
        await IsToldAsync("Delete…", "otto may not delete topics");
        await ElectsEverywhereAsync();
        await SignOutAsync("otto");

        await SignInAsync("vera");
        await LooksAroundAsync();
        await GoToTopicAsync();
        await IsToldAsync("Delete…", "vera may not delete topics");
        await IsToldAsync("Reassign…", "vera may not move replicas");
        await IsToldAsync("Elect leaders…", "vera may not elect leaders");
        await NavigateAsync("Nodes");
        await IsToldAsync("Kill kafka0", "vera may not start and stop nodes");
        await NavigateAsync("Topics");
        await IsToldAsync("Create topic…", "vera may not create topics");
        await LoadAsync(() => Page.GotoAsync(new Uri(guarded.Address, "clusters/local/new-topic").ToString()));
        await IsToldAsync("Create topic", "vera may not create topics");
    }

    /// <summary>An administrator, by the link of the first start, makes the two, and a token for the test itself.</summary>
    async Task AccountsAsync()
    {
        await Page.GotoAsync(await FirstStart.LinkAsync(guarded));
        await Page.GetByLabel("Password, at least 12 characters").FillAsync(Password);
        await Page.GetByLabel("The same again").FillAsync(Password);
        await LoadAsync(() => Button("Set and sign in").ClickAsync());
        await LoadAsync(() => Page.GotoAsync(new Uri(guarded.Address, "settings/accounts").ToString()));
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("tests");
        await Button("Make token").ClickAsync();
        var token = await Page.Locator("code.once").InnerTextAsync();
        guarded.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, role) in ((string, string)[])[("otto", "operator"), ("vera", "viewer")])
        {
            var made = await Page.EvaluateAsync<int>(
                "account => fetch('api/accounts', { method: 'POST', headers: { 'Content-Type': 'application/json' }, "
                + "body: JSON.stringify(account) }).then(answer => answer.status)",
                new { name, password = Password, roles = new[] { role } });
            Assert.Equal(201, made);
        }

        await SignOutAsync("admin");
    }

    async Task SignInAsync(string user)
    {
        await Page.GetByLabel("User").FillAsync(user);
        await Page.GetByLabel("Password").FillAsync(Password);
        await LoadAsync(() => Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync());
        await LoadAsync(() => Page.GotoAsync(new Uri(guarded.Address, "clusters/local").ToString()));
    }

    async Task SignOutAsync(string user)
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = $"Signed in as {user}. Account and sign-out" }).ClickAsync();
        await Button("Sign out").ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/sign-in$"));
    }

    /// <summary>The button is there, does nothing, and says why.</summary>
    async Task IsToldAsync(string button, string why)
    {
        var refused = Button(button).First;
        await Expect(refused).ToHaveAttributeAsync("aria-disabled", "true");
        var described = await refused.GetAttributeAsync("aria-describedby") is { } id
            ? await Page.Locator($"[id='{id}']").InnerTextAsync()
            : await refused.GetAttributeAsync("title");
        Assert.Contains(why, described, StringComparison.Ordinal);
    }
}
