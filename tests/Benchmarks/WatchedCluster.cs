using System.Diagnostics;
using System.Net.Http.Json;

namespace Benchmarks;

/// <summary>What the program costs that watches large clusters: the page of the groups with most lag, memory, processor time.</summary>
static class WatchedCluster
{
    static readonly TimeSpan watched = TimeSpan.FromSeconds(60);

    public static async Task MeasureAsync(CastellanCluster dashboard, string id, string size, Table table)
    {
        using var http = Client(dashboard);
        await KnownAsync(http, id);
        var times = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            var clock = Stopwatch.StartNew();
            await http.GetStringAsync($"/clusters/{id}/groups?sort=-lag");
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        table.Add($"page of the groups with most lag, {size}", "ms", "Castellan", Median(times), lowerIsBetter: true);
        table.Add($"memory of the dashboard then, {size}", "MB", "Castellan", dashboard.MemoryMegabytes(), lowerIsBetter: true);
    }

    /// <summary>So many clusters, which are one and the same.</summary>
    public static async Task MeasureFleetAsync(string bootstrap, int clusters, Table table)
    {
        using var dashboard = await CastellanCluster.WatchAsync();
        using var http = Client(dashboard);
        var empty = dashboard.MemoryMegabytes();
        for (var i = 0; i < clusters; i++)
        {
            using var added = await http.PostAsJsonAsync("/api/clusters", new { id = $"c{i}", name = $"c{i}", kafka = bootstrap });
            added.EnsureSuccessStatusCode();
        }

        for (var i = 0; i < clusters; i++)
        {
            await KnownAsync(http, $"c{i}");
        }

        var from = dashboard.ProcessorSeconds();
        await Task.Delay(watched);
        var busy = (dashboard.ProcessorSeconds() - from) / watched.TotalSeconds;
        table.Add($"memory of each of {clusters} clusters", "MB", "Castellan", (dashboard.MemoryMegabytes() - empty) / clusters, true);
        table.Add($"processor of each of {clusters} clusters", "% of one", "Castellan", busy * 100 / clusters, lowerIsBetter: true);
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    static HttpClient Client(CastellanCluster dashboard) =>
        new() { BaseAddress = new Uri(dashboard.Address), Timeout = TimeSpan.FromMinutes(2) };

    /// <summary>Its topics, groups and lags have been read.</summary>
    static async Task KnownAsync(HttpClient http, string id)
    {
        while (await HasAsync($"/api/clusters/{id}", "\"groups\":null")
            || !await HasAsync("/metrics", $"castellan_group_lag_records{{cluster=\"{id}\""))
        {
            await Task.Delay(200);
        }

        async Task<bool> HasAsync(string path, string text) => (await http.GetStringAsync(path)).Contains(text, StringComparison.Ordinal);
    }
}
