using Dashboard.Nodes;
using Dashboard.Nodes.Exchanges;
using Microsoft.Extensions.Logging.Console;

namespace Dashboard.Hosting;

/// <summary>The hosted nodes, as the settings want them.</summary>
static class HostedNodes
{
    /// <summary>
    /// Opens and starts them on another thread: they elect and register while the web server is put together. The log is one of their own,
    /// as the program's is part of that, with the levels of now: putting the server together adds to the settings, which may not be
    /// listened to on two threads meanwhile.
    /// </summary>
    /// <exception cref="HostingException">The data directory cannot be used, or what the engine needs is missing.</exception>
    public static Task<EngineHost> StartAsync(CastellanOptions options, IConfiguration settings)
    {
        var logLevels = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.GetSection("Logging").AsEnumerable(makePathsRelative: true)).Build();
        return Task.Run(() => OpenedAsync(options, logLevels));
    }

    static async Task<EngineHost> OpenedAsync(CastellanOptions options, IConfiguration logLevels)
    {
        var loggers = LoggerFactory.Create(logging => logging.AddConfiguration(logLevels)
            .AddConsole(ToStandardError).AddSimpleConsole(console => console.SingleLine = true));
        var host = Open(options, Path.GetFullPath(options.Data), loggers.CreateLogger<NodeHost>());
        await host.StartAsync(CancellationToken.None);
        return host;
    }

    /// <summary>Standard output is for the line with the address.</summary>
    public static void ToStandardError(ConsoleLoggerOptions console) => console.LogToStandardErrorThreshold = LogLevel.Trace;

    static EngineHost Open(CastellanOptions options, string data, ILogger<NodeHost> logger)
    {
        var elsewhere = options.EngineIsSet
            ? "The engine is set where the program is started (--engine), which wins over what is chosen here: start without it."
            : null;
        try
        {
            return new EngineHost(
                options.Hosting(data), data, ApacheSettings.ThisProgram, elsewhere, logger, TimeProvider.System);
        }
        catch (HostingException e) when (options.Chosen is not null)
        {
            throw new HostingException(
                $"{e.Message} It was chosen on the Nodes page ({Path.Combine(data, KeptChoice.FileName)}): "
                + "--engine says what to host instead.");
        }
    }
}
