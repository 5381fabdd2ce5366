namespace Benchmarks;

/// <summary>
/// What a refresh of the list of 50 topics costs the server, with 20 of them open, beside an older build when one is named. Processor time
/// and not time that passes; in turns, so that what else the machine does meets both builds alike.
/// </summary>
static class PageRefreshBenchmark
{
    const int Rounds = 5;
    const int Pages = 20;

    static readonly TimeSpan watched = TimeSpan.FromSeconds(15);
    static readonly TimeSpan settled = TimeSpan.FromSeconds(3);

    /// <summary>What is compiled while pages are first watched is no part of what a refresh costs.</summary>
    static readonly TimeSpan warmedUp = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(Table table, IReadOnlyList<BusyTopics> builds)
    {
        var first = new List<OpenCircuit>();
        foreach (var build in builds)
        {
            await OpenAsync(first, build, Pages);
        }

        await Task.Delay(warmedUp);
        first.ForEach(page => page.Dispose());
        var costs = builds.ToDictionary(build => build, _ => new List<Cost>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var build in round % 2 == 0 ? builds : builds.Reverse())
            {
                costs[build].Add(await MeasureAsync(build));
            }
        }

        foreach (var (build, rounds) in costs)
        {
            Console.WriteLine($"{build.Name}: ms of a refresh, by round: {string.Join(' ', rounds.Select(r => $"{Milliseconds(r):N2}"))}");
            Add("refreshes of a page", "1/s", round => round.Refreshes / watched.TotalSeconds / Pages, lowerIsBetter: false);
            Add("drawings in a refresh", "", round => (double)round.Drawings / round.Refreshes);
            Add("server time of a refresh", "ms", Milliseconds);
            Add("server time of a drawing", "ms", round => round.Processor * 1000 / round.Drawings);
            Add("server time of an open page", "ms/s", round => round.Processor * 1000 / watched.TotalSeconds / Pages);
            Add("bytes of a refresh", "KB", round => round.Bytes / 1024.0 / round.Refreshes);

            void Add(string what, string unit, Func<Cost, double> figure, bool lowerIsBetter = true) =>
                table.Add(what, unit, build.Name, WatchedCluster.Median(rounds.Select(figure)), lowerIsBetter);
        }
    }

    static double Milliseconds(Cost cost) => cost.Processor * 1000 / cost.Refreshes;

    /// <summary>
    /// Without what the cluster costs while one page is watched: what is read more often while somebody looks is read once for all.
    /// </summary>
    static async Task<Cost> MeasureAsync(BusyTopics build)
    {
        var pages = new List<OpenCircuit>();
        using var first = await OpenCircuit.OpenAsync(build.Address);
        await Task.Delay(settled);
        var idle = await CpuAsync(build.Cluster);
        await OpenAsync(pages, build, Pages);
        await Task.Delay(settled);
        pages.ForEach(page => page.Forget());
        var busy = await CpuAsync(build.Cluster);
        var cost = new Cost(
            pages.Sum(page => page.Refreshes), pages.Sum(page => page.Drawings), pages.Sum(page => page.Bytes), busy - idle);
        pages.ForEach(page => page.Dispose());
        return cost;
    }

    static async Task OpenAsync(List<OpenCircuit> opened, BusyTopics build, int count)
    {
        for (var i = 0; i < count; i++)
        {
            opened.Add(await OpenCircuit.OpenAsync(build.Address));
        }
    }

    /// <summary>Seconds of processor time while pages are watched.</summary>
    static async Task<double> CpuAsync(CastellanCluster cluster)
    {
        var from = cluster.ProcessorSeconds();
        await Task.Delay(watched);
        return cluster.ProcessorSeconds() - from;
    }

    /// <summary>Of all pages together, while they were watched.</summary>
    /// <param name="Processor">Seconds.</param>
    sealed record Cost(int Refreshes, int Drawings, long Bytes, double Processor);
}
