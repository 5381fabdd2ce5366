using System.Collections.Immutable;
using Dashboard.Messages.Connect;
using Dashboard.Messages.Tests.Connect;
using Dashboard.Monitoring;

namespace Dashboard.Tests.Connect;

/// <summary>A Connect cluster over HTTP, and what a cluster whose definition names it sees of it.</summary>
sealed class ConnectWorld : IConnectCatalogs, IAsyncDisposable
{
    readonly ConnectCatalog catalog;

    ConnectWorld(TestConnect server)
    {
        Server = server;
        catalog = new ConnectCatalog(
            ConnectSettings.Of(new Dictionary<string, string> { ["main.url"] = server.Url, ["main.request.timeout.ms"] = "20000" })[0],
            TimeProvider.System);
        Commands = new ConnectCommands(this, TimeProvider.System);
    }

    public TestConnect Server { get; }

    public ConnectCommands Commands { get; }

    public static async Task<ConnectWorld> StartAsync() => new(await TestConnect.StartAsync());

    public ImmutableArray<ConnectCatalog> Of(string cluster) => [catalog];

    public async ValueTask DisposeAsync()
    {
        catalog.Dispose();
        await Server.DisposeAsync();
    }
}
