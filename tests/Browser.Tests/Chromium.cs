using Microsoft.Playwright;
using Testing;
using Xunit.Sdk;

namespace Browser.Tests;

/// <summary>
/// One running program and one Chromium for all tests, which run one after the other. Where Chromium is missing they are skipped.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    const string Executable = "/usr/bin/chromium";

    // without the background-networking flags it looks up hosts of its maker at every start
    static readonly string[] flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    IPlaywright? playwright;
    IBrowser? browser;

    public RunningDashboard Dashboard { get; } = new();

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Executable))
        {
            return;
        }

        await Dashboard.InitializeAsync();
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Args = flags });
        Assertions.SetDefaultExpectTimeout(30_000);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
        await Dashboard.DisposeAsync();
    }

    /// <summary>An empty tab with a profile of its own: 1440 × 900, light, English.</summary>
    public async Task<IBrowserContext> NewContextAsync()
    {
        if (browser is null)
        {
            throw SkipException.ForSkip($"{Executable} is not installed");
        }

        return await browser.NewContextAsync(new()
        {
            BaseURL = Dashboard.Address.ToString(),
            Locale = "en-GB",
            ColorScheme = ColorScheme.Light,
            ViewportSize = new() { Width = 1440, Height = 900 },
        });
    }
}

[CollectionDefinition]
public sealed class ChromiumCollection : ICollectionFixture<Chromium>;
