using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring;

/// <summary>What was last seen is kept, for the next start to say what happened in between.</summary>
public sealed partial class ClusterMonitor
{
    /// <summary>A process that is killed has lost at most this.</summary>
    static readonly TimeSpan rememberEvery = TimeSpan.FromSeconds(30);

    /// <summary>Turns after which also that nothing changed is kept: a large cluster is megabytes.</summary>
    const int UnchangedTurns = 10;

    async Task RememberAsync()
    {
        if (seen is null)
        {
            return;
        }

        using var timer = new PeriodicTimer(rememberEvery, time);
        var (kept, turns) = (Current, 0);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token).ConfigureAwait(false))
            {
                var now = Current;
                turns++;
                if (turns == UnchangedTurns || !ReferenceEquals(now.Topics.Value, kept.Topics.Value)
                    || !ReferenceEquals(now.Brokers.Value, kept.Brokers.Value) || now.Identity.Value != kept.Identity.Value
                    || !Found(now).SequenceEqual(Found(kept)))
                {
                    Remember(now);
                    (kept, turns) = (now, 0);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the end in order: what changed in the last turn is kept, too
            Remember(Current);
        }
    }

    static IEnumerable<(FindingKind Kind, int Count)> Found(ClusterSnapshot snapshot) =>
        snapshot.Health.Findings.Select(f => (f.Kind, f.Count));

    void Remember(ClusterSnapshot snapshot)
    {
        if (UnwatchedChanges.Of(snapshot) is { } state)
        {
            seen!.Save(Id, state);
        }
    }
}
