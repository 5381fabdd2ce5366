using Dashboard.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Dashboard.Hosting;

/// <summary>Prints the address, in one line, once the page answers and every hosted node is ready.</summary>
sealed class ReadyAnnouncement(IServer server, IHostApplicationLifetime lifetime, TimeProvider time, IServiceProvider services) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource();
        using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        var address = server.Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var host = services.GetService<INodeHost>();
        await Task.WhenAll(PageAnswersAsync(address, stoppingToken), NodesReadyAsync(host, stoppingToken));
        var what = host is null
            ? ""
            : $" ({host.Nodes.Count(n => n.Kind == NodeKind.Coordinator)} coordinators, {host.Nodes.Count(n => n.Kind == NodeKind.Broker)} brokers at {host.Bootstrap})";
        Console.WriteLine($"Castellan is ready: {address}{what}");
    }

    async Task PageAnswersAsync(string address, CancellationToken stopping)
    {
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                using var page = await http.GetAsync(address, stopping);
                if (page.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // not yet
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), time, stopping);
        }
    }

    static async Task NodesReadyAsync(INodeHost? host, CancellationToken stopping)
    {
        if (host is not null)
        {
            await foreach (var _ in host.SubscribeAsync(stopping))
            {
                if (host.AllReady)
                {
                    return;
                }
            }
        }
    }
}
