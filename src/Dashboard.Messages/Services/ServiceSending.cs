using Dashboard.Monitoring.Commands;

namespace Dashboard.Messages.Services;

/// <summary>
/// Sends one change to a service, once. Where no answer came, or one that leaves it open, the service is asked what it shows until it shows
/// the change or patience is over: then the end is not known, and said to be so.
/// </summary>
/// <param name="subject">What is changed, as the audit log has it.</param>
/// <param name="refuse">What a refusal of the service is called here.</param>
sealed class ServiceSending(string subject, Func<ServiceException, string?, Refusal> refuse, TimeProvider time)
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(5);
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(400);

    /// <param name="see">What the service shows now.</param>
    public async Task<CommandResult> RunAsync(Func<Task> send, Func<Task<Sighting>> see)
    {
        try
        {
            await send().ConfigureAwait(false);
            return new CommandResult(CommandEnd.Done, 1, [], time.GetUtcNow());
        }
        catch (ServiceException e) when (!e.MayHaveHappened)
        {
            var refusal = refuse(e, subject);
            return e.IsAnswer
                ? new CommandResult(CommandEnd.Refused, 0, [refusal], time.GetUtcNow())
                : new CommandResult(CommandEnd.NotSent, 0, [], time.GetUtcNow()) { Reason = refusal };
        }
        catch (ServiceException e)
        {
            var seen = await LookUpAsync(see).ConfigureAwait(false);
            var isDone = seen.Happened == true;
            return new CommandResult(isDone ? CommandEnd.Done : CommandEnd.Unknown, isDone ? 1 : 0, [], time.GetUtcNow())
            {
                Reason = refuse(e, subject),
                Seen = [seen],
            };
        }
    }

    async Task<Sighting> LookUpAsync(Func<Task<Sighting>> see)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            Sighting seen;
            try
            {
                seen = await see().ConfigureAwait(false);
            }
            catch (ServiceException e)
            {
                seen = new Sighting(subject, null, "NotSeen", [subject, e.Message], $"{subject} could not be looked up: {e.Message}");
            }

            if (seen.Happened == true || time.GetElapsedTime(began) >= patience)
            {
                return seen;
            }

            await Task.Delay(pause, time).ConfigureAwait(false);
        }
    }
}
