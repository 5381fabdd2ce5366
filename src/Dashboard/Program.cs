using System.Net;
using System.Net.Sockets;
using Dashboard;
using Dashboard.Addresses;
using Dashboard.Hosting;
using Dashboard.Nodes;
using Dashboard.Nodes.Processes;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Wire;
using Wire.Ports;

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
    WebApplication app;
    try
    {
        DataDirectory.RequireWritable(Path.GetFullPath(options.Data));
        UseUrls(builder, options, claims);
        // beside each other: either takes half of a start
        var nodes = options.Local ? HostedNodes.StartAsync(options, builder.Configuration) : null;
        app = WebServer(builder, options, nodes);
        await (nodes ?? Task.CompletedTask);
    }
    catch (Exception e) when (e is HostingException or InvalidDataException)
    {
        await Console.Error.WriteLineAsync(e.Message);
        return 1;
    }

    await app.RunAsync();
    return 0;
}

static void UseUrls(WebApplicationBuilder builder, CastellanOptions options, PortClaims claims)
{
    try
    {
        builder.WebHost.UseUrls(ServedUrls.NextFree(options.Urls, claims, out var replaced));
        foreach (var message in replaced)
        {
            Console.Error.WriteLine(message);
        }
    }
    catch (SocketException e)
    {
        throw new HostingException($"--urls {options.Urls}: {e.Message}");
    }
}

static WebApplication WebServer(WebApplicationBuilder builder, CastellanOptions options, Task<EngineHost>? nodes)
{
    builder.AddCastellan(options, nodes);
    builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = Listen);
    builder.AddDashboard(options);
    var app = builder.Build();
    app.UseDashboard(options);
    return app;
}

// the port that was claimed above; Kestrel listens on a name, such as localhost, at its other addresses as well
static Socket Listen(EndPoint endpoint) =>
    endpoint is IPEndPoint address ? PortClaims.Open(address) : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);

static int Wrong(string message)
{
    Console.Error.WriteLine(message);
    return CommandLine.Wrong;
}
