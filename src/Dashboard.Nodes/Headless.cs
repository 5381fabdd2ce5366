using System.Runtime.InteropServices;
using Dashboard.Nodes.Runtimes;
using Microsoft.Extensions.Logging;

namespace Dashboard.Nodes;

/// <summary>Runs one server in the foreground from its own configuration file, as zkServer.sh start-foreground and kafka-server-start.sh do.</summary>
public static partial class Headless
{
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
            return 2;
        }

        await using (runtime.ConfigureAwait(false))
        {
            var signalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
            try
            {
                await runtime.StartAsync(CancellationToken.None).ConfigureAwait(false);
                _ = runtime.Ready.ContinueWith(
                    ready =>
                    {
                        if (ready.IsCompletedSuccessfully)
                        {
                            LogServing(logger, configFile);
                        }
                    },
                    TaskScheduler.Default);
                if (await Task.WhenAny(signalled.Task, runtime.Completion).ConfigureAwait(false) == runtime.Completion)
                {
                    await runtime.Completion.ConfigureAwait(false);
                    return 1;
                }

                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                await runtime.StopAsync(limit.Token).ConfigureAwait(false);
                return 0;
            }
            catch (Exception e)
            {
                await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
                return 1;
            }

            void OnSignal(PosixSignalContext signal)
            {
                signal.Cancel = true;
                signalled.TrySetResult();
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Serving as {ConfigFile} says")]
    static partial void LogServing(ILogger logger, string configFile);
}
