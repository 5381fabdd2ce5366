using Dashboard.Nodes.Exchanges;
using Microsoft.Extensions.Logging;
using Wire;

namespace Dashboard.Nodes;

/// <summary>
/// The exchange: the nodes that are there stop in order and give up their ports, the others take them. What fails before the others have
/// ports and files brings the first ones back.
/// </summary>
public sealed partial class EngineHost
{
    EngineExchange? exchange;

    public EngineChoice Now => ChosenHosting.From(options, current.Engine, current.Nodes, current.Voters);

    public string Directory => options.DataDirectory;

    public string? ChosenElsewhere { get; }

    public EngineExchange? Exchange => Volatile.Read(ref exchange);

    public event Action? ExchangeChanged;

    public event Func<Task>? Opened;

    public EnginePlan Plan(EngineChoice choice)
    {
        var host = current;
        var ground = new ExchangeGround(root, options, Now, host.Nodes, host.Ports, launch, ApacheOptions.MachineMemory);
        var plan = new EnginePlanner(ground, Environment.GetEnvironmentVariable).Plan(choice);
        var closed = ChosenElsewhere is { } elsewhere ? CodedText.Of("ChosenElsewhere", $"{elsewhere}")
            : WhyClosed is null ? null
            : CodedText.Of("ExchangeUnderWay", $"Another exchange is under way: wait until it has ended.");
        return closed is null ? plan : plan with { WhyNot = closed.English, Told = closed };
    }

    public async Task<Task<string?>> ExchangeAsync(EngineChoice choice, string user, CancellationToken cancellationToken)
    {
        RequireOpen();
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // within the turn: what was true when a page made its plan may not be any longer. Java is asked, which blocks
            var plan = await Task.Run(() => Plan(choice), cancellationToken).ConfigureAwait(false);
            if (plan.WhyNot is { } why)
            {
                throw new NodeActionException(why, plan.Told);
            }

            Report(new EngineExchange(plan.Choice, plan.Title!, user, ExchangeStep.Stopping, time.GetUtcNow(), null));
        }
        catch
        {
            turn.Release();
            throw;
        }

        // the turn goes with it, and is released there
        return Task.Run(RunAsync, CancellationToken.None);
    }

    async Task<string?> RunAsync()
    {
        try
        {
            var (old, ending) = (current, replaced);
            // before the old one is cancelled: what begins anew at once must not wait for a token that is cancelled already
            replaced = new CancellationTokenSource();
            await ending.CancelAsync().ConfigureAwait(false);
            await old.StopAsync(CancellationToken.None).ConfigureAwait(false);
            // its ports have to be free before the others claim them
            old.Dispose();
            Report(Exchange! with { Step = ExchangeStep.Preparing, Since = time.GetUtcNow() });
            var (next, failure) = OpenOther(Exchange!.Choice);
            var error = failure?.Message;
            current = next;
            // before the nodes start: monitors connect to the new addresses from the first moment
            await TellOpenedAsync().ConfigureAwait(false);
            var step = error is null ? ExchangeStep.Starting : ExchangeStep.Failed;
            Report(Exchange! with { Step = step, Since = time.GetUtcNow(), Error = error, Told = (failure as HostingException)?.Told });
            await next.StartAsync(CancellationToken.None).ConfigureAwait(false);
            // last: a subscriber that goes on to the next host then finds it in its place
            old.Leave();
            _ = WatchAsync(next);
            return error;
        }
        catch (Exception e)
        {
            // neither could be opened: what is left is to start the program again
            LogExchangeFailed(e);
            Report(Exchange! with { Step = ExchangeStep.Failed, Since = time.GetUtcNow(), Error = e.Message });
            return e.Message;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>What was chosen; or what was there, and why.</summary>
    (NodeHost Host, Exception? Failure) OpenOther(EngineChoice choice)
    {
        NodeHost? other = null;
        try
        {
            var chosen = ChosenHosting.Of(choice, options, root, launch);
            other = Open(chosen);
            // only once the other could be opened: a choice that does not work must not be the next start's
            KeptChoice.Save(root, choice);
            options = chosen;
            return (other, null);
        }
        catch (Exception e) when (e is HostingException or IOException or UnauthorizedAccessException)
        {
            other?.Dispose();
            // options are still the old ones: they are replaced after everything that can fail
            return (Open(options), e);
        }
    }

    async Task TellOpenedAsync()
    {
        try
        {
            await (Opened?.Invoke() ?? Task.CompletedTask).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LogNotTold(e);
        }
    }

    /// <summary>Until all of them run, or make way again.</summary>
    async Task WatchAsync(NodeHost started)
    {
        await foreach (var _ in started.SubscribeAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (started.AllReady)
            {
                // a failed exchange stays failed, though the old nodes run again
                if (Exchange is { Step: ExchangeStep.Starting } under)
                {
                    Report(under with { Step = ExchangeStep.Done, Since = time.GetUtcNow() });
                }

                return;
            }
        }
    }

    void Report(EngineExchange now)
    {
        Volatile.Write(ref exchange, now);
        var words = $"{now.Step}: {now.Choice.Engine}, {now.Choice.Mode} mode, asked for by {now.By}. {now.Error}";
        logs.Add("engine", NodeLogLevel.Info, words.TrimEnd());
        ExchangeChanged?.Invoke();
    }

    [LoggerMessage(LogLevel.Error, "The engine could not be exchanged, and what was hosted could not be opened again")]
    partial void LogExchangeFailed(Exception e);

    [LoggerMessage(LogLevel.Error, "The hosted cluster was not opened anew")]
    partial void LogNotTold(Exception e);
}
