using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Commands.Running;

/// <summary>
/// Sees a command through. What Kafka answers is what it came to. A request that was sent and not answered (timed out, connection lost,
/// REQUEST_TIMED_OUT from the controller itself, which goes on with it) is neither done nor failed: the cluster is looked at until it shows
/// it as done or <paramref name="patience"/> is over; one that is too busy to be looked at is given longer. Nothing is sent twice.
/// </summary>
sealed class ClusterCommandRunner(TimeProvider time, TimeSpan patience)
{
    /// <summary>So many times as long a cluster is looked at that does not answer in time: it may be busy with the command.</summary>
    const int WhileSilent = 6;

    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(500);

    /// <param name="prepare">What has to be known first; asks, changes nothing. A refusal of its own is one of the command.</param>
    /// <param name="subject">Of refusals that concern the whole command.</param>
    /// <param name="lookingUp">Called when no answer came and the cluster is looked at.</param>
    public async Task<CommandResult> RunAsync(Func<Task<Sending>> prepare, string subject, Action lookingUp)
    {
        Sending sending;
        IReadOnlyDictionary<string, KafkaException?> answers;
        try
        {
            // apart from sending: a failure here means for sure that nothing was changed
            sending = await prepare().ConfigureAwait(false);
        }
        catch (KafkaException e)
        {
            return Ended(e, subject);
        }

        try
        {
            answers = await sending.Send().ConfigureAwait(false);
        }
        // no answer at all: every subject is open
        catch (KafkaException e) when (IsOpen(e))
        {
            answers = sending.Subjects.ToDictionary(one => one, KafkaException? (_) => e);
        }
        catch (KafkaException e)
        {
            return Ended(e, subject);
        }

        var open = answers.Where(a => a.Value is { } error && IsOpen(error)).Select(a => a.Key).ToHashSet();
        if (open.Count > 0)
        {
            lookingUp();
        }

        return Result(answers, open, await LookUpAsync(sending, open).ConfigureAwait(false));
    }

    /// <summary>Whether it may have been done all the same.</summary>
    static bool IsOpen(KafkaException e) =>
        e.MayHaveHappened
        || (e is not (KafkaTimeoutException or KafkaUnreachableException) && e.Code is ErrorCode.RequestTimedOut or ErrorCode.Network);

    /// <summary>Nothing was done: it was not sent, or refused as a whole.</summary>
    public CommandResult Ended(KafkaException e, string subject)
    {
        var reason = (e as CommandRefusedException)?.Refusal ?? Refusal.Of(e, subject);
        return e is KafkaTimeoutException or KafkaUnreachableException
            ? new CommandResult(CommandEnd.NotSent, 0, [], time.GetUtcNow()) { Reason = reason }
            : new CommandResult(CommandEnd.Refused, 0, [reason], time.GetUtcNow());
    }

    async Task<IReadOnlyDictionary<string, Sighting>> LookUpAsync(Sending sending, IReadOnlySet<string> open)
    {
        var seen = new Dictionary<string, Sighting>();
        var began = time.GetTimestamp();
        // until each has happened or is known not to; asked at least once, also after a long wait for the answer
        for (var left = open; left.Count > 0; left = open.Where(one => seen[one].Happened is null).ToHashSet())
        {
            if (seen.Count > 0)
            {
                var silent = left.All(one => seen[one].IsSilence);
                if (time.GetElapsedTime(began) >= (silent ? WhileSilent * patience : patience))
                {
                    break;
                }

                await Task.Delay(pause, time).ConfigureAwait(false);
            }

            foreach (var sighting in await TryAsync(sending, left).ConfigureAwait(false))
            {
                seen[sighting.Subject] = sighting;
            }
        }

        return seen;
    }

    /// <summary>One of each that is asked for.</summary>
    static async Task<IEnumerable<Sighting>> TryAsync(Sending sending, IReadOnlySet<string> left)
    {
        try
        {
            var found = (await sending.LookUp(left, CancellationToken.None).ConfigureAwait(false)).ToDictionary(one => one.Subject);
            return left.Select(one => found.GetValueOrDefault(one) ?? Sighting.NotSeen(one, "the cluster does not show it"));
        }
        catch (KafkaException e)
        {
            return left.Select(one => Sighting.NotSeen(one, e));
        }
    }

    CommandResult Result(
        IReadOnlyDictionary<string, KafkaException?> answers, HashSet<string> open, IReadOnlyDictionary<string, Sighting> seen)
    {
        var refused = answers
            .Where(a => a.Value is not null && !open.Contains(a.Key))
            .Select(a => Refusal.Of(a.Value!, a.Key));
        var seenRefused = seen.Values
            .Where(s => s.Happened == false)
            .Select(s => Refusal.Of(answers[s.Subject]!, s.Subject) with { Message = s.Words });
        var refusals = refused.Concat(seenRefused).ToImmutableArray();
        // the least certain part decides: "refused" would say that the rest is known
        var end = seen.Values.Any(s => s.Happened is null) ? CommandEnd.Unknown
            : refusals.Length > 0 ? CommandEnd.Refused
            : CommandEnd.Done;
        var done = answers.Values.Count(error => error is null) + seen.Values.Count(s => s.Happened == true);
        return new CommandResult(end, done, refusals, time.GetUtcNow())
        {
            Reason = open.Select(one => Refusal.Of(answers[one]!, one)).FirstOrDefault(),
            Seen = [.. seen.Values],
        };
    }
}
