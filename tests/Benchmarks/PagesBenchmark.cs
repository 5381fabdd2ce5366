using System.Text;
using Confluent.Kafka;
using Microsoft.Playwright;

namespace Benchmarks;

/// <summary>
/// What pages cost the browser's line and the server, seen from Chromium: the first page with all it loads, a refresh of a list
/// of 50 topics whose figures change all the time, and the memory of 20 such pages. Beside an older build when one is named
/// (its Castellan.dll).
/// </summary>
static class PagesBenchmark
{
    const int Topics = 50;
    const int Rounds = 4;
    const int PagesOfRound = 5;
    const int Pages = Rounds * PagesOfRound;

    static readonly TimeSpan watched = TimeSpan.FromSeconds(20);
    static readonly TimeSpan longest = TimeSpan.FromSeconds(30);
    static readonly TimeSpan settled = TimeSpan.FromSeconds(8);

    public static async Task RunAsync(Table table, string? before)
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
        if (before is not null)
        {
            await MeasureAsync(browser, table, "before", before);
        }

        await MeasureAsync(browser, table, "now", null);
    }

    static async Task MeasureAsync(IBrowser browser, Table table, string who, string? program)
    {
        using var cluster = await CastellanCluster.HostAsync(program, "--no-sample", "--coordinators", "1", "--brokers", "1");
        var settings = new ProducerConfig { BootstrapServers = cluster.Bootstrap, LingerMs = 20 };
        using var producer = new ProducerBuilder<Null, string>(settings).Build();
        using var ended = new CancellationTokenSource();
        var producing = Task.Run(() => ProduceAsync(producer, ended.Token));
        var topics = new Uri(new Uri(cluster.Address), "/clusters/local/topics").ToString();
        table.Add("first page with all that it loads", "KB", who, await FirstPageAsync(browser, topics) / 1024.0, lowerIsBetter: true);

        // what is compiled while a page is first watched is no part of what the next ones cost
        await using (await WatchedPage.OpenAsync(browser, topics))
        {
            await Task.Delay(watched);
        }

        var idle = await CpuAsync(cluster);
        var live = await cluster.LiveMegabytesAsync();
        var memory = cluster.MemoryMegabytes();
        var opened = new List<WatchedPage>();
        var more = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var before = live;
            for (var i = 0; i < PagesOfRound; i++)
            {
                opened.Add(await WatchedPage.OpenAsync(browser, topics));
            }

            await Task.Delay(settled);
            live = await cluster.LiveMegabytesAsync();
            more.Add((live - before) / PagesOfRound);
        }

        Console.WriteLine($"{who}: MB of one more page, round by round: {string.Join(' ', more.Select(megabytes => $"{megabytes:N2}"))}");
        table.Add("memory of one more page, resident", "MB", who, (cluster.MemoryMegabytes() - memory) / Pages, lowerIsBetter: true);
        table.Add("memory of one more page, live", "MB", who, more.Order().Skip(1).SkipLast(1).Average(), lowerIsBetter: true);
        foreach (var page in opened)
        {
            page.Forget();
        }

        var busy = await CpuAsync(cluster);
        var refreshes = opened.Sum(page => page.Refreshes);
        table.Add("refreshes of a page", "1/s", who, refreshes / watched.TotalSeconds / Pages, lowerIsBetter: false);
        table.Add("server time of a refresh", "ms", who, (busy - idle) * 1000 / refreshes, lowerIsBetter: true);
        table.Add("bytes of a refresh", "KB", who, opened.Sum(page => page.Bytes) / 1024.0 / refreshes, lowerIsBetter: true);
        foreach (var page in opened)
        {
            await page.DisposeAsync();
        }

        await ended.CancelAsync();
        await producing;
    }

    static async Task ProduceAsync(IProducer<Null, string> producer, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                for (var topic = 0; topic < Topics; topic++)
                {
                    producer.Produce($"bench-{topic:00}", new Message<Null, string> { Value = "a record of the benchmark" });
                }

                await Task.Delay(100, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            producer.Flush(TimeSpan.FromSeconds(5));
        }
    }

    /// <summary>Seconds of processor time while pages are watched.</summary>
    static async Task<double> CpuAsync(CastellanCluster cluster)
    {
        var from = cluster.ProcessorSeconds();
        await Task.Delay(watched);
        return cluster.ProcessorSeconds() - from;
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

    /// <summary>A page with its circuit.</summary>
    sealed class WatchedPage(IBrowserContext context) : IAsyncDisposable
    {
        readonly TaskCompletionSource drawn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int refreshes;
        long bytes;

        /// <summary>Drawings that the server sent.</summary>
        public int Refreshes => Volatile.Read(ref refreshes);

        /// <summary>Of everything that it sent.</summary>
        public long Bytes => Volatile.Read(ref bytes);

        public static async Task<WatchedPage> OpenAsync(IBrowser browser, string address)
        {
            var context = await browser.NewContextAsync();
            var watched = new WatchedPage(context);
            var page = await context.NewPageAsync();
            page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) =>
                watched.Count(frame.Binary ?? Encoding.UTF8.GetBytes(frame.Text ?? ""));
            await page.GotoAsync(address);
            await watched.drawn.Task.WaitAsync(longest);
            return watched;
        }

        public void Forget()
        {
            Volatile.Write(ref refreshes, 0);
            Volatile.Write(ref bytes, 0);
        }

        public ValueTask DisposeAsync() => context.DisposeAsync();

        void Count(byte[] frame)
        {
            Interlocked.Add(ref bytes, frame.Length);
            if (frame.AsSpan().IndexOf("JS.RenderBatch"u8) >= 0)
            {
                Interlocked.Increment(ref refreshes);
                drawn.TrySetResult();
            }
        }
    }
}
