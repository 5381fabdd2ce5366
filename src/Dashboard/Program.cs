using System.Net;
using System.Net.Sockets;
using Dashboard;
using Dashboard.Addresses;
using Dashboard.Hosting;
using Dashboard.Nodes;
using Dashboard.Nodes.Processes;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Wire;

// before anything else is loaded: it is gone at once, and there may be many
if (args is [ApacheOptions.LaunchCommand, .. var launched])
{
    return Launcher.Run(launched);
}

return await new CommandLine(RunDashboardAsync, RunNodeAsync, HealthCheck.RunAsync).RunAsync(args);

static async Task<int> RunNodeAsync(string kind, string configFile)
{
    // a broker has levels of its own, which can be changed while it runs
    var lowest = kind == CommandLine.Kafka ? LogLevel.Trace : LogLevel.Information;
    using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(lowest).AddSimpleConsole(console =>
    {
        console.SingleLine = true;
        console.TimestampFormat = "HH:mm:ss.fff ";
        console.UseUtcTimestamp = true;
    }));
    return kind == CommandLine.Kafka
        ? await Headless.RunKafkaAsync(configFile, loggers)
        : await Headless.RunZooKeeperAsync(configFile, loggers);
}

static async Task<int> RunDashboardAsync(IReadOnlyDictionary<string, string?> settings)
{
    UncollectedStart.Begin();

    // settings and files lie beside the program, wherever it was started from
    WebApplicationBuilder builder;
    CastellanOptions options;
    try
    {
        builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(CastellanEnvironment.Read()).AddInMemoryCollection(settings);
        options = CastellanOptions.Read(builder.Configuration);
    }
    catch (Exception e) when (e is InvalidDataException or HostingException)
    {
        return Wrong($"{e.Message} {e.InnerException?.Message}".TrimEnd());
    }

    if (options.Problem() is { } problem)
    {
        return Wrong(problem);
    }

    using var claims = new PortClaims();
    EngineHost? nodes;
    try
    {
        builder.WebHost.UseUrls(ServedUrls.NextFree(options.Urls, claims, out var replaced));
        foreach (var message in replaced)
        {
            await Console.Error.WriteLineAsync(message);
        }

        nodes = builder.AddCastellan(options);
    }
    catch (Exception e) when (e is HostingException or SocketException or InvalidDataException)
    {
        await Console.Error.WriteLineAsync(e is SocketException ? $"--urls {options.Urls}: {e.Message}" : e.Message);
        return 1;
    }

    // the nodes elect and register while the web server is put together: half of a start passed before they began
    await (nodes?.StartAsync(CancellationToken.None) ?? Task.CompletedTask);
    builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = Listen);
    builder.AddDashboard(options);
    var app = builder.Build();
    app.UseDashboard(options);
    await app.RunAsync();
    return 0;
}

// the port that was claimed above; Kestrel listens on a name, such as localhost, at its other addresses as well
static Socket Listen(EndPoint endpoint) =>
    endpoint is IPEndPoint address ? PortClaims.Open(address) : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);

static int Wrong(string message)
{
    Console.Error.WriteLine(message);
    return CommandLine.Wrong;
}
