using Microsoft.Playwright;

namespace Benchmarks;

/// <summary>
/// What pages cost the browser's line and the server, seen from Chromium: the first page with all it loads, and the memory of 20 pages
/// with a list of 50 topics. Beside an older build when one is named.
/// </summary>
static class PagesBenchmark
{
    const int Rounds = 4;
    const int PagesOfRound = 5;

    static readonly TimeSpan warmedUp = TimeSpan.FromSeconds(20);
    static readonly TimeSpan settled = TimeSpan.FromSeconds(8);
    static readonly TimeSpan longest = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(Table table, IReadOnlyList<BusyTopics> builds)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        });
        foreach (var build in builds)
        {
            table.Add("first page with all that it loads", "KB", build.Name, await FirstPageAsync(browser, build.Address) / 1024.0, true);
            await MeasureMemoryAsync(browser, table, build);
        }
    }

    static async Task MeasureMemoryAsync(IBrowser browser, Table table, BusyTopics build)
    {
        // what is compiled while a page is first watched is no part of what the next ones cost
        await using (await OpenAsync(browser, build.Address))
        {
            await Task.Delay(warmedUp);
        }

        var before = await build.Cluster.LiveMegabytesAsync();
        var live = before;
        var resident = build.Cluster.MemoryMegabytes();
        var opened = new List<IBrowserContext>();
        var more = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var last = live;
            for (var i = 0; i < PagesOfRound; i++)
            {
                opened.Add(await OpenAsync(browser, build.Address));
            }

            await Task.Delay(settled);
            live = await build.Cluster.LiveMegabytesAsync();
            more.Add((live - last) / PagesOfRound);
        }

        Console.WriteLine($"{build.Name}: MB of one more page, by round: {string.Join(' ', more.Select(megabytes => $"{megabytes:N2}"))}");
        resident = (build.Cluster.MemoryMegabytes() - resident) / opened.Count;
        table.Add("memory of one more page, resident", "MB", build.Name, resident, lowerIsBetter: true);
        table.Add("memory of one more page, live", "MB", build.Name, (live - before) / opened.Count, lowerIsBetter: true);
        foreach (var context in opened)
        {
            await context.DisposeAsync();
        }
    }

    /// <summary>A page in a browser of its own, once its circuit has drawn.</summary>
    static async Task<IBrowserContext> OpenAsync(IBrowser browser, string address)
    {
        var context = await browser.NewContextAsync();
        var page = await context.NewPageAsync();
        var drawn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) =>
        {
            if (frame.Binary.AsSpan().IndexOf("JS.RenderBatch"u8) >= 0)
            {
                drawn.TrySetResult();
            }
        };
        await page.GotoAsync(address);
        await drawn.Task.WaitAsync(longest);
        return context;
    }

    /// <summary>Bytes over the line, compressed as they come, with an empty cache.</summary>
    static async Task<double> FirstPageAsync(IBrowser browser, string address)
    {
        await using var context = await browser.NewContextAsync();
        var page = await context.NewPageAsync();
        var session = await context.NewCDPSessionAsync(page);
        var bytes = 0.0;
        session.Event("Network.loadingFinished").OnEvent += (_, e) => bytes += e!.Value.GetProperty("encodedDataLength").GetDouble();
        await session.SendAsync("Network.enable");
        await page.GotoAsync(address, new() { WaitUntil = WaitUntilState.Load });
        await Task.Delay(settled);
        return bytes;
    }
}
