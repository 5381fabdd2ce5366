using Microsoft.Extensions.Logging;

namespace ZooKeeper.Server.Quorum;

/// <summary>Says who is missing while there is no leader: after <see cref="Patience"/>, and again each time the search has lasted twice as long.</summary>
sealed class LeaderSearch(long self, int majority, int voters, ILogger logger)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    TimeSpan? began;
    TimeSpan tellAfter;

    /// <param name="found">This server leads or follows.</param>
    /// <param name="now">Monotonic time.</param>
    /// <param name="unreached">The others that do not answer on their election ports, and why; asked only when it is told.</param>
    public void Observe(bool found, TimeSpan now, Func<IEnumerable<string>> unreached)
    {
        if (found)
        {
            began = null;
            return;
        }

        if (began is null)
        {
            (began, tellAfter) = (now, Patience);
        }

        if (now - began.Value >= tellAfter)
        {
            tellAfter = (now - began.Value) * 2;
            QuorumLog.NoLeader(logger, self, (now - began.Value).TotalSeconds, majority, voters, string.Join("; ", unreached().DefaultIfEmpty("none")));
        }
    }
}
