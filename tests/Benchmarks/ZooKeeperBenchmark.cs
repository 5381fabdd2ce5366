using System.Diagnostics;
using ZooKeeper.Client;

namespace Benchmarks;

/// <summary>The same client on both: 100 requests in flight, 100 bytes a znode.</summary>
static class ZooKeeperBenchmark
{
    const int Operations = 10_000;
    const int InFlight = 100;

    public static async Task RunAsync(string connect, string who, Table table)
    {
        await using var client = new ZooKeeperClient(ZooKeeperClientOptions.Parse(connect));
        var root = await client.CreateAsync("/bench-" + Guid.NewGuid().ToString("N")[..8], Array.Empty<byte>());
        var data = new byte[100];
        await ManyAsync(1_000, i => client.CreateAsync($"{root}/warm{i}", data));
        await AddAsync("znodes created", i => client.CreateAsync($"{root}/n{i}", data));
        await AddAsync("znodes set", i => client.SetDataAsync($"{root}/n{i}", data));
        await AddAsync("znodes got", i => client.GetDataAsync($"{root}/n{i}"));

        async Task AddAsync(string what, Func<int, Task> operation) =>
            table.Add(what, "/s", who, Operations / await ManyAsync(Operations, operation), lowerIsBetter: false);
    }

    static async Task<double> ManyAsync(int count, Func<int, Task> operation)
    {
        using var free = new SemaphoreSlim(InFlight);
        var clock = Stopwatch.StartNew();
        var all = new List<Task>(count);
        for (var i = 0; i < count; i++)
        {
            await free.WaitAsync();
            all.Add(OneAsync(i));
        }

        await Task.WhenAll(all);
        return clock.Elapsed.TotalSeconds;

        async Task OneAsync(int number)
        {
            try
            {
                await operation(number);
            }
            finally
            {
                free.Release();
            }
        }
    }
}
