using System.Net;
using System.Net.Sockets;
using Dashboard.Addresses;
using Dashboard.Api;
using Dashboard.Components;
using Dashboard.Hosting;
using Dashboard.Nodes;
using Dashboard.Security;
using Dashboard.Telemetry;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Wire;

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
    try
    {
        builder.WebHost.UseUrls(LoopbackUrls.NextFree(options.Urls, claims, out var replaced));
        foreach (var message in replaced)
        {
            await Console.Error.WriteLineAsync(message);
        }

        builder.AddCastellan(options);
    }
    catch (Exception e) when (e is HostingException or SocketException)
    {
        await Console.Error.WriteLineAsync(e is SocketException ? $"--urls {options.Urls}: {e.Message}" : e.Message);
        return 1;
    }

    builder.WebHost.UseStaticWebAssets();
    if (!builder.Environment.IsDevelopment())
    {
        // a program that was built and not published would otherwise look at each file for changes, send style sheets as long as they are,
        // and let no browser keep anything
        builder.Configuration.AddInMemoryCollection(
            [new("ReloadStaticAssetsAtRuntime", "false"), new("EnableStaticAssetsDevelopmentCaching", "true")]);
    }

    builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = Listen);
    // where it listens is --urls alone, which was checked: Kestrel's own section could name any address
    builder.WebHost.ConfigureKestrel(kestrel => kestrel.Configure());

    builder.Services.AddApi();
    builder.Services.AddDashboardPages();
    builder.AddTelemetry(new(options.MetricSeries));

    var app = builder.Build();
    app.UseTrustedProxies(options.TrustedProxies);
    app.UseMountedAt(options.BasePath);
    app.UseRouting(); // here, where it would otherwise come first: by what is left of the address
    app.UseExceptionHandler();
    app.UseMiddleware<SameOriginOnly>();
    // what the framework itself refuses (no such address, a body that is no JSON) is a problem like every other
    app.UseWhen(context => context.Request.Path.StartsWithSegments("/api"), api => api.UseStatusCodePages());
    app.MapDashboardPages();
    app.MapApi();
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
