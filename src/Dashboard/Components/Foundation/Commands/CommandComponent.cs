using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring.Commands;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Logging;
using MudBlazor;

namespace Dashboard.Components.Foundation.Commands;

/// <summary>
/// Where a command is run from: keeps its progress, its result in Kafka's own words, and what failed on the way. Closing the page cancels
/// the wait, not what the cluster already does.
/// </summary>
public abstract partial class CommandComponent : UiComponent, IAsyncDisposable
{
    readonly ComponentLifetime gone = new();

    [Inject]
    public ILoggerFactory Loggers { get; set; } = null!;

    [Inject]
    public ISnackbar Snackbar { get; set; } = null!;

    public bool Running { get; private set; }

    public CommandProgress? Progress { get; private set; }

    public CommandResult? Result { get; private set; }

    /// <summary>A fault of this program on the way: the audit log cannot be written.</summary>
    public string? Failure { get; private set; }

    protected CancellationToken Gone => gone.Token;

    /// <summary>For where this closes when it is done.</summary>
    /// <param name="what">What was asked for.</param>
    /// <param name="subject">As the audit log has it.</param>
    protected void Confirm(string what, string subject) =>
        Receipt.Show(Snackbar, L, what, TimeOfDay(Now), Receipt.Audit(Cluster, subject));

    protected void Forget() => (Progress, Result, Failure) = (null, null, null);

    /// <summary>One after the other; true when everything asked for was done.</summary>
    protected Task<bool> RunAsync(params ClusterCommand[] commands) => RunAsync(commands.Select(command => (
        command.GetType().Name,
        (Func<Task<CommandResult>>)(() => Cluster.Monitor.Commands.RunAsync(command, Cluster.Who.Actor, new Steps(this), gone.Token)))));

    /// <summary>What changes the cluster by other ways than a command, through the same gate.</summary>
    protected Task<bool> RunAsync(string name, Func<Task<CommandResult>> run) => RunAsync([(name, run)]);

    async Task<bool> RunAsync(IEnumerable<(string Name, Func<Task<CommandResult>> Run)> commands)
    {
        Forget();
        Running = true;
        StateHasChanged();
        foreach (var (name, run) in commands)
        {
            try
            {
                var result = await run();
                Result = Result?.Then(result) ?? result;
            }
            catch (OperationCanceledException) when (gone.IsCancellationRequested)
            {
                return false;
            }
            catch (Exception fault)
            {
                CommandFailed(Loggers.CreateLogger(GetType()), name, fault);
                Failure = ErrorWords.Of(L, fault);
                break;
            }
        }
        Running = false;
        return Failure is null && Result is { Succeeded: true };
    }

    public virtual async ValueTask DisposeAsync()
    {
        await gone.CancelAsync();
        gone.Dispose();
        GC.SuppressFinalize(this);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{Command} failed")]
    static partial void CommandFailed(ILogger logger, string command, Exception fault);

    /// <summary>Progress comes from any thread; it is shown on the renderer's.</summary>
    sealed class Steps(CommandComponent owner) : IProgress<CommandProgress>
    {
        public void Report(CommandProgress value) => _ = owner.InvokeAsync(() =>
        {
            owner.Progress = value;
            owner.StateHasChanged();
        });
    }
}
