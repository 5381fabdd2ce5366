using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Testing;

namespace Browser.Tests;

/// <summary>From the link of a first start to a revoked session, where one has to sign in.</summary>
public sealed class SignInTests(Chromium chromium) : BrowserTest(chromium)
{
    const string Password = "correct horse battery staple";

    RunningDashboard guarded = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        guarded = await LaunchAsync("--no-local", "--sign-in", "local");
    }

    [Fact]
    public async Task An_administrator_sets_a_password_makes_a_token_and_ends_a_session_that_is_open_elsewhere()
    {
        await SetsPasswordAsync();
        await LooksAtAccountsAsync();
        await using var elsewhere = await Page.Context.Browser!.NewContextAsync(new() { BaseURL = guarded.Address.ToString() });
        var other = await elsewhere.NewPageAsync();
        await SignsInAsync(other);
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "End the session of admin" })).ToHaveCountAsync(2);
        await Page.GetByRole(AriaRole.Row, new() { Name = "admin account of this server" })
            .GetByRole(AriaRole.Button, new() { Name = "End the session of admin" }).ClickAsync();
        await Assertions.Expect(other).ToHaveURLAsync(new Regex(@"/sign-in\?returnUrl=%2Fclusters&ended=1$"));
        await Expect(other.GetByText("Your session has ended")).ToBeVisibleAsync();
        await Axe.CheckAsync(other, "the sign-in page after a session");
        await SignsOutAsync();
    }

    async Task SetsPasswordAsync()
    {
        await Page.GotoAsync(await FirstStart.LinkAsync(guarded));
        await Axe.CheckAsync(Page, "the first password");
        await Page.GetByLabel("Password, at least 12 characters").FillAsync(Password);
        await Page.GetByLabel("The same again").FillAsync("something else");
        await Button("Set and sign in").ClickAsync();
        await Expect(Page.GetByText("The two are not the same.")).ToBeVisibleAsync();
        await Page.GetByLabel("Password, at least 12 characters").FillAsync(Password);
        await Page.GetByLabel("The same again").FillAsync(Password);
        await LoadAsync(() => Button("Set and sign in").ClickAsync());
    }

    async Task LooksAtAccountsAsync()
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Signed in as admin. Account and sign-out" }).ClickAsync();
        await Axe.CheckAsync(Page, "who is signed in");
        await Link("Accounts and API tokens").ClickAsync();
        await Expect(Heading).ToHaveTextAsync("1 account, 0 API tokens");
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("grafana");
        await Button("Make token").ClickAsync();
        await Expect(Page.Locator("code.once")).ToHaveTextAsync(new Regex("^cst_"));
        await Expect(Heading).ToHaveTextAsync("1 account, 1 API token");
        await Shots.SaveAsync(Page, "accounts-light");
        await Axe.CheckAsync(Page, "accounts, light");
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Axe.CheckColoursAsync(Page, "accounts, dark");
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
    }

    static async Task SignsInAsync(IPage page)
    {
        await page.GotoAsync("/clusters");
        await page.GetByLabel("User").FillAsync("admin");
        await page.GetByLabel("Password").FillAsync("not this one");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByText("After 4 more tries: 5 min wait")).ToBeVisibleAsync();
        await Axe.CheckAsync(page, "a wrong password");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.Locator("[data-live=true]")).ToHaveCountAsync(1);
    }

    async Task SignsOutAsync()
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Signed in as admin. Account and sign-out" }).ClickAsync();
        await Button("Sign out").ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/sign-in$"));
        await Page.GoBackAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/sign-in"));
    }
}
