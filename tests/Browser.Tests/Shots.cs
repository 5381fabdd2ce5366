using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>Pictures of pages, into the folder that SCREENSHOTS names; without it only failed tests leave one, beside the tests.</summary>
static class Shots
{
    static readonly string? folder = Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } named ? named : null;

    public static async Task SaveAsync(IPage page, string name, bool always = false)
    {
        if (folder is null && !always)
        {
            return;
        }

        var plain = name.Replace('/', '-').Replace('?', '-').Replace('=', '-');
        var file = Path.Combine(folder ?? Path.Combine(AppContext.BaseDirectory, "failures"), $"{plain}.png");
        try
        {
            await page.ScreenshotAsync(new() { Path = file, FullPage = true });
        }
        catch (PlaywrightException) when (always)
        {
            // the tab is gone: the failure itself tells more
        }
    }
}
