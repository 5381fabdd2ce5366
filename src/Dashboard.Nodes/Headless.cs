using System.Runtime.InteropServices;
using Dashboard.Nodes.Runtimes;
using Dashboard.Nodes.Supervision;
using Microsoft.Extensions.Logging;

namespace Dashboard.Nodes;

/// <summary>
/// Runs one server in the foreground from its own configuration file, as zkServer.sh start-foreground and kafka-server-start.sh do.
/// </summary>
public static partial class Headless
{
    static readonly TimeSpan stopDeadline = TimeSpan.FromSeconds(5);

    /// <summary>Exit codes: 0 stopped by a signal, 1 failed (the reason is on standard error), 2 the configuration is wrong.</summary>
    public static Task<int> RunZooKeeperAsync(string configFile, ILoggerFactory loggers) =>
        RunAsync(configFile, loggers, () => ZooKeeperRuntime.Load(configFile, loggers, TimeProvider.System));

    /// <inheritdoc cref="RunZooKeeperAsync"/>
    public static Task<int> RunKafkaAsync(string configFile, ILoggerFactory loggers) =>
        RunAsync(configFile, loggers, () => KafkaRuntime.Load(configFile, loggers, TimeProvider.System));

    static async Task<int> RunAsync(string configFile, ILoggerFactory loggers, Func<INodeRuntime> load)
    {
        var logger = loggers.CreateLogger("Castellan");
        INodeRuntime runtime;
        try
        {
            runtime = load();
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            // apart from 1: a service manager need not start again what cannot start
            return 2;
        }

        using var signalled = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        // its own task, so that the end below can wait for it
        var started = Task.Run(() => runtime.StartAsync(signalled.Token));
        try
        {
            await started.ConfigureAwait(false);
            _ = runtime.Ready.ContinueWith(
                ready =>
                {
                    if (ready.IsCompletedSuccessfully)
                    {
                        LogServing(logger, configFile);
                    }
                },
                TaskScheduler.Default);
            await runtime.Completion.WaitAsync(signalled.Token).ConfigureAwait(false);
            return 1;
        }
        catch (Exception) when (signalled.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return 1;
        }
        finally
        {
            await NodeEnd.StopAsync(runtime, started, stopDeadline, TimeProvider.System).ConfigureAwait(false);
        }

        void OnSignal(PosixSignalContext signal)
        {
            // or the runtime would end the process before the server has left in order
            signal.Cancel = true;
            signalled.Cancel();
        }
    }

    [LoggerMessage(LogLevel.Information, "Serving as {ConfigFile} says")]
    static partial void LogServing(ILogger logger, string configFile);
}
