using Dashboard.Addresses;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using Dashboard.Security.Identity;
using Dashboard.Security.SignIn;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Dashboard.Hosting;

/// <summary>
/// Prints the address, in one line, once the web server listens, every hosted node is ready and shown to be so, and every remote cluster
/// was read. One that does not answer is no reason to wait: the line says so, and the pages say why. A page is drawn right after it: the
/// first request has much to compile, which would take the processor from the nodes before, and a reader's time later.
/// </summary>
sealed class ReadyAnnouncement(
    IServer server, IHostApplicationLifetime lifetime, TimeProvider time, IClusterRegistry clusters, CastellanOptions options,
    INodeHost? host = null, FirstPassword? first = null, SignInOptions? signIn = null)
    : BackgroundService
{
    static readonly TimeSpan remoteDeadline = TimeSpan.FromSeconds(10);
    static readonly TimeSpan hostedDeadline = TimeSpan.FromSeconds(30);

    /// <summary>Clusters that the line names, each with what was found there.</summary>
    const int MostNamed = 5;

    static readonly TimeSpan askAgain = TimeSpan.FromMilliseconds(300);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource();
        using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        var address = server.Features.Get<IServerAddressesFeature>()!.Addresses.First() + options.BasePath.TrimEnd('/');
        var remote = clusters.Clusters.Where(c => c.Kind == ClusterKind.Remote).ToList();
        var found = Task.WhenAll(remote.Select(c => RemoteAsync(c, stoppingToken)));
        await Task.WhenAll(HostedAsync(stoppingToken), found);
        string[] hosted = host is null ? [] : [HostedWords(host)];
        string[] told = [.. hosted, .. Words(remote, await found)];
        UncollectedStart.End();
        Console.WriteLine($"Castellan is ready: {address} ({(told.Length == 0 ? "no cluster yet" : string.Join("; ", told))})");
        if (first?.Link(ForReaders(address)) is { } link)
        {
            Console.WriteLine($"Set the administrator's password, once and within {FirstPassword.Lifetime.TotalHours:0} h: {link}");
        }

        await DrawOnceAsync(address, stoppingToken);
    }

    Uri ForReaders(string address) =>
        ServedUrls.ForReaders(
            address, signIn?.Hosts ?? [], TrustedProxies.Split(options.TrustedProxies).Any() || signIn?.Proxy is not null);

    /// <summary>"3 coordinators, 3 brokers at …", with what they are in front where that is not Castellan's own.</summary>
    static string HostedWords(INodeHost host)
    {
        var engine = host.Engine.Name.Length == 0 ? "" : $"{host.Engine.Name}: ";
        var (coordinators, controllers) = (Count(NodeKind.Coordinator), Count(NodeKind.Controller));
        var others = controllers > 0 ? $"{Counted(controllers, "controller")}, "
            : coordinators > 0 ? $"{Counted(coordinators, "coordinator")}, "
            : "";
        return $"{engine}{others}{Counted(Count(NodeKind.Broker), "broker")} at {host.Bootstrap}";

        int Count(NodeKind kind) => host.Nodes.Count(n => n.Kind == kind);
    }

    /// <summary>Of the own certificate it is the readers' to say whether they trust it, by a name that is not known here.</summary>
    static async Task DrawOnceAsync(string address, CancellationToken stopping)
    {
        using var http = new HttpClient(new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
        });
        try
        {
            using var page = await http.GetAsync(ServedUrls.Near(address), stopping);
        }
        catch (HttpRequestException)
        {
            // its readers will be told why
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

    /// <summary>
    /// The nodes are ready before their cluster was read anew: it is read at once, not at the next tick. What does not come is shown by the
    /// pages.
    /// </summary>
    async Task HostedAsync(CancellationToken stopping)
    {
        await NodesReadyAsync(stopping);
        if (host is null || clusters.Clusters.FirstOrDefault(c => c.Kind == ClusterKind.Hosted) is not { } cluster)
        {
            return;
        }

        var began = time.GetTimestamp();
        for (var round = 0; Readiness.Unread(cluster.Current, host) is not null && time.GetElapsedTime(began) < hostedDeadline; round++)
        {
            cluster.RequestEnsembleRefresh();
            if (round % 4 == 0)
            {
                cluster.RequestRefresh();
            }

            try
            {
                await cluster.WaitForAsync(s => Readiness.Unread(s, host) is null, askAgain, stopping);
            }
            catch (TimeoutException)
            {
                // asked once more
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

    static string[] Words(List<IClusterMonitor> remote, string[] found)
    {
        if (found.Length <= MostNamed)
        {
            return found;
        }

        var answer = remote.Count(c => ClusterStanding.Of(c.Current).State is not (ClusterState.Unreachable or ClusterState.Connecting));
        return [$"{remote.Count} clusters, {answer} of them answer"];
    }

    static string Words(ClusterSnapshot snapshot)
    {
        SectionError?[] troubles =
        [
            snapshot.HasKafka ? snapshot.Topics.Error : snapshot.Brokers.Error,
            snapshot.Ensemble.Value is { Serving: 0 } lost ? lost.Servers.FirstOrDefault(s => s.Error is not null)?.Error : null,
            snapshot.RegistrationError,
        ];
        if (troubles.FirstOrDefault(e => e is not null) is { } trouble)
        {
            return $"{snapshot.Id}: {trouble.Message}";
        }

        var coordinators = snapshot.Ensemble.Value is { } ensemble ? $"{Counted(ensemble.Servers.Length, "coordinator")}, " : "";
        var up = snapshot.Brokers.Value?.Brokers.Count(b => b.State == BrokerState.Up) ?? 0;
        return $"{snapshot.Id}: {coordinators}{(snapshot.Absence is null ? Counted(up, "broker") : "no Kafka in it")}";
    }

    static string Counted(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
