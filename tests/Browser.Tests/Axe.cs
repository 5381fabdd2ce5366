using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Microsoft.Playwright;
using Testing;
using Xunit.Sdk;

namespace Browser.Tests;

/// <summary>
/// Deque's axe-core, from npm, kept in obj/ between runs. Where npm is missing or has no network, tests that need it are skipped.
/// </summary>
static class Axe
{
    const string Package = "axe-core@4.10.3";

    static readonly Lazy<Task<string>> script = new(FetchAsync);

    /// <summary>Fails when the page violates a rule of impact serious or critical.</summary>
    public static Task CheckAsync(IPage page, string what) => RunAsync(page, what, "");

    /// <summary>The rules that colours decide, for a page that was checked in another theme: its document is the same.</summary>
    public static Task CheckColoursAsync(IPage page, string what) =>
        RunAsync(page, what, "runOnly: ['color-contrast', 'link-in-text-block'], ");

    static async Task RunAsync(IPage page, string what, string choice)
    {
        // what is still fading in has not the contrast that it will have
        await page.WaitForFunctionAsync(
            "() => document.getAnimations().every(a => a.playState !== 'running' || a.effect.getComputedTiming().endTime === Infinity)");
        // evaluated, not added as a script tag: the page's own content security policy stays in force
        if (await page.EvaluateAsync<bool>("() => typeof axe === 'undefined'"))
        {
            await page.EvaluateAsync(await script.Value);
        }

        var result = await page.EvaluateAsync<JsonElement>(
            $"async () => (await axe.run(document, {{ {choice}resultTypes: ['violations'] }})).violations");
        var serious = result.EnumerateArray()
            .Where(v => v.GetProperty("impact").GetString() is "serious" or "critical")
            .SelectMany(v => v.GetProperty("nodes").EnumerateArray(), (v, n) =>
                $"{v.GetProperty("id").GetString()}: {n.GetProperty("html").GetString()}\n"
                + $"    {n.GetProperty("failureSummary").GetString()?.Replace("\n", "\n    ", StringComparison.Ordinal)}")
            .ToList();
        Assert.True(serious.Count == 0, $"{what}: {serious.Count} violations:\n{string.Join('\n', serious.Take(12))}");
    }

    static async Task<string> FetchAsync()
    {
        var cache = Path.Combine(RunningDashboard.Root, "tests", "Browser.Tests", "obj", "axe");
        var file = Path.Combine(cache, $"{Package}.min.js");
        if (File.Exists(file))
        {
            return await File.ReadAllTextAsync(file);
        }

        var npm = External.FindProgram("npm") ?? throw SkipException.ForSkip("npm, which brings axe-core, is not installed");
        Directory.CreateDirectory(cache);
        var packed = await External.RunAsync(npm, ["pack", "--silent", "--pack-destination", cache, Package]);
        if (packed.ExitCode != 0)
        {
            throw SkipException.ForSkip($"npm does not bring {Package}: {packed.Error.Trim()}");
        }

        var archive = Directory.GetFiles(cache, "*.tgz").Single();
        await using (var unzipped = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress))
        await using (var tar = new TarReader(unzipped))
        {
            while (await tar.GetNextEntryAsync() is { } entry)
            {
                if (entry.Name == "package/axe.min.js")
                {
                    await entry.ExtractToFileAsync(file, overwrite: true);
                }
            }
        }

        File.Delete(archive);
        return await File.ReadAllTextAsync(file);
    }
}
