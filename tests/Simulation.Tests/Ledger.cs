namespace Simulation.Tests;

/// <summary>An invariant does not hold.</summary>
sealed class BrokenInvariantException(string message) : Exception(message);

/// <summary>
/// What all servers together must never contradict: one leader an epoch, one history, and nothing that was acknowledged is lost.
/// </summary>
sealed class Ledger
{
    readonly List<Write> committed = [];
    readonly Dictionary<long, long> leaders = [];
    readonly HashSet<long> acknowledged = [];

    public int Acknowledged => acknowledged.Count;

    public int Committed => committed.Count;

    public int Epochs => leaders.Count;

    /// <summary>
    /// A leader begins to serve: nobody else did in its epoch, and its history has all that was committed before its epoch.
    /// </summary>
    public void Leads(long server, long epoch, IReadOnlyList<Write> history)
    {
        if (leaders.TryGetValue(epoch, out var other))
        {
            throw new BrokenInvariantException($"epoch {epoch} has two leaders: {other} and {server}");
        }

        var isStale = leaders.Keys.Any(e => e > epoch);
        leaders.Add(epoch, server);
        if (isStale)
        {
            // the last acknowledgement of NEWLEADER reached it after its followers had gone on to a later epoch:
            // it has what a majority had, and commits nothing more
            Compare(history, history.Count, $"late leader {server} of epoch {epoch}");
            return;
        }

        Compare(history, committed.Count, $"leader {server} of epoch {epoch}");
        if (history.Count < committed.Count)
        {
            throw new BrokenInvariantException($"leader {server} of epoch {epoch} lacks {committed[history.Count]}, which was committed");
        }

        committed.AddRange(history.Skip(committed.Count));
    }

    /// <summary>A learner begins to serve: its history is the beginning of the committed one.</summary>
    public void Follows(long server, IReadOnlyList<Write> history) => Compare(history, history.Count, $"follower {server}");

    /// <summary>A serving server applies a write as its n-th.</summary>
    public void Commits(long server, int index, Write write)
    {
        if (index == committed.Count)
        {
            committed.Add(write);
        }
        else if (index > committed.Count || committed[index] != write)
        {
            throw new BrokenInvariantException(
                $"server {server} commits {write} as number {index}, where {(index < committed.Count ? committed[index] : "a gap")} is");
        }
    }

    public void Acknowledge(long value) => acknowledged.Add(value);

    /// <summary>At the end, all faults healed: every server has the same history, with all that was ever acknowledged.</summary>
    public void Finally(long server, IReadOnlyList<Write> history)
    {
        Compare(history, Math.Max(history.Count, committed.Count), $"server {server} at the end");
        var lost = acknowledged.Except(history.Select(w => w.Value)).ToList();
        if (lost.Count > 0)
        {
            throw new BrokenInvariantException($"server {server} lost {lost.Count} acknowledged writes, the first with value {lost[0]}");
        }
    }

    void Compare(IReadOnlyList<Write> history, int count, string who)
    {
        for (var i = 0; i < Math.Min(count, history.Count); i++)
        {
            if (i >= committed.Count || history[i] != committed[i])
            {
                throw new BrokenInvariantException(
                    $"{who} has {history[i]} as number {i}, where {(i < committed.Count ? committed[i] : "nothing")} was committed");
            }
        }

        if (history.Count < count && count == committed.Count && who.EndsWith("end", StringComparison.Ordinal))
        {
            throw new BrokenInvariantException($"{who} lacks {committed[history.Count]}");
        }
    }
}
