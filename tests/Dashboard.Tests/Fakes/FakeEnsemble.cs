using System.Collections.Immutable;
using Dashboard.Monitoring.Model;

namespace Dashboard.Tests.Fakes;

/// <summary>Three servers and the election that made the third their leader.</summary>
public static class FakeEnsemble
{
    static readonly ServerInfo[] servers = [.. Enumerable.Range(1, 3).Select(i => new ServerInfo(
        i, $"zk{i}", $"127.0.0.1:{2180 + i}", i == 3 ? ServerRole.Leader : ServerRole.Follower, 9, 0x9000004f2,
        6 + i, 190 + i * 11, 0.4 + i * 0.1, 0.1, 12 + i, 0, 214, "ZooKeeper 3.9.5", null, null))];

    public static EnsembleTable Of(DateTimeOffset now)
    {
        var at = new DateTimeOffset(now.UtcDateTime.Date.AddHours(0.1), TimeSpan.Zero);
        VoteStep Step(int ms, string kind, int server, int? from, int leader, long zxid, string verdict) =>
            new(at.AddMilliseconds(ms), kind, server, from, leader, zxid, 8, verdict);
        ImmutableArray<VoteStep> steps =
        [
            Step(0, "initial", 1, null, 1, 0x8000213af, "higher-id"), Step(0, "initial", 2, null, 2, 0x8000213af, "higher-id"),
            Step(1, "initial", 3, null, 3, 0x8000213b2, "higher-id"),
            Step(4, "received", 1, 2, 2, 0x8000213af, "higher-id"), Step(4, "changed", 1, 2, 2, 0x8000213af, "higher-id"),
            Step(7, "received", 2, 3, 3, 0x8000213b2, "higher-zxid"), Step(7, "changed", 2, 3, 3, 0x8000213b2, "higher-zxid"),
            Step(8, "received", 2, 1, 2, 0x8000213af, "lower"),
            Step(10, "received", 1, 2, 3, 0x8000213b2, "higher-zxid"), Step(10, "changed", 1, 2, 3, 0x8000213b2, "higher-zxid"),
            Step(12, "received", 3, 2, 3, 0x8000213b2, "majority"), Step(13, "received", 3, 1, 3, 0x8000213b2, "majority"),
            Step(210, "decided", 1, null, 3, 0x8000213b2, "following"), Step(211, "decided", 2, null, 3, 0x8000213b2, "following"),
            Step(213, "decided", 3, null, 3, 0x8000213b2, "leading"),
        ];
        var election = new ElectionView("fake-12", ElectionKind.Election, 12, at, at.AddMilliseconds(213), 3, 9, steps);
        return new([.. servers.Select(s => s with { AsOf = now })], 3, 9, at.AddMilliseconds(213), [election]);
    }
}
