using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Dashboard.Hosting;

/// <summary>
/// Prints the address, in one line, once the page answers, every hosted node is ready and every remote cluster was read. One that does not answer is no reason
/// to wait: the line says so, and the pages say why.
/// </summary>
sealed class ReadyAnnouncement(IServer server, IHostApplicationLifetime lifetime, TimeProvider time, IClusterRegistry clusters, INodeHost? host = null) : BackgroundService
{
    static readonly TimeSpan remoteDeadline = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource();
        using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        var address = server.Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var remotes = Task.WhenAll(clusters.Clusters.Where(c => c.Kind == ClusterKind.Remote).Select(c => RemoteAsync(c, stoppingToken)));
        await Task.WhenAll(PageAnswersAsync(address, stoppingToken), NodesReadyAsync(stoppingToken), remotes);
        string[] hosted = host is null ? [] : [$"{host.Nodes.Count(n => n.Kind == NodeKind.Coordinator)} coordinators, {host.Nodes.Count(n => n.Kind == NodeKind.Broker)} brokers at {host.Bootstrap}"];
        Console.WriteLine($"Castellan is ready: {address} ({string.Join("; ", [.. hosted, .. await remotes])})");
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

    async Task NodesReadyAsync(CancellationToken stopping)
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

    /// <summary>What was found there, in a few words.</summary>
    async Task<string> RemoteAsync(IClusterMonitor cluster, CancellationToken stopping)
    {
        try
        {
            return Words(await cluster.WaitForAsync(s => s.WasAsked, remoteDeadline, stopping));
        }
        catch (TimeoutException)
        {
            return $"{cluster.Id} has not answered yet";
        }
    }

    static string Words(ClusterSnapshot snapshot)
    {
        var troubles = new[] { snapshot.HasKafka ? snapshot.Topics.Error : snapshot.Brokers.Error, snapshot.Ensemble.Value is { Serving: 0 } lost ? lost.Servers.FirstOrDefault(s => s.Error is not null)?.Error : null, snapshot.RegistrationError };
        if (troubles.FirstOrDefault(e => e is not null) is { } trouble)
        {
            return $"{snapshot.Id}: {trouble.Message}";
        }

        var coordinators = snapshot.Ensemble.Value is { } ensemble ? $"{ensemble.Servers.Length} coordinators, " : "";
        return $"{snapshot.Id}: {coordinators}{snapshot.Brokers.Value?.Brokers.Count(b => b.State == BrokerState.Up)} brokers";
    }
}
