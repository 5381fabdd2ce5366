using ZooKeeper.Server.Quorum;
using ZooKeeper.Server.Quorum.Election;

namespace Simulation.Tests;

/// <summary>The servers of one simulation and the network between them.</summary>
sealed class Ensemble
{
    readonly Dictionary<int, SimulatedLink> links = [];
    readonly Dictionary<long, int> side = [];
    int lastLink;

    /// <param name="world">Clock and chance.</param>
    /// <param name="servers">How many; ids from 1.</param>
    /// <param name="majority">0: the right one. Anything else breaks the protocol, to show that it is noticed.</param>
    public Ensemble(World world, int servers, int majority = 0)
    {
        World = world;
        var ids = Enumerable.Range(1, servers).Select(i => (long)i).ToList();
        Servers = ids.Select(id => new SimulatedServer(this, new QuorumSettings
        {
            Self = id,
            Voters = ids,
            Tick = TimeSpan.FromMilliseconds(100),
            InitLimit = 10,
            SyncLimit = 4,
            Majority = majority,
        })).ToList();
    }

    public World World { get; }

    public Ledger Ledger { get; } = new();

    public IReadOnlyList<SimulatedServer> Servers { get; }

    /// <summary>Breaks the protocol on purpose: a server says that a write is on its disk before it is.</summary>
    public bool AcknowledgesBeforeSync { get; init; }

    /// <summary>An fsync takes tenths of a second everywhere: what somebody promised before it was on disk is not there for long.</summary>
    public bool SlowDisks { get; set; }

    /// <summary>Of the messages on the election port, this part is lost.</summary>
    public double Loss { get; set; }

    public void Partition(Func<SimulatedServer, int> sideOf)
    {
        foreach (var server in Servers)
        {
            side[server.Id] = sideOf(server);
        }

        World.Note("partition " + string.Join(" ", side.Select(s => $"{s.Key}:{s.Value}")));
    }

    public void Heal() => Partition(_ => 0);

    public bool IsLinked(SimulatedServer one, SimulatedServer other) =>
        side.GetValueOrDefault(one.Id) == side.GetValueOrDefault(other.Id);

    public void Notify(SimulatedServer from, long to, Notification message)
    {
        var receiver = Servers[(int)to - 1];
        if (IsLinked(from, receiver) && !World.Chance(Loss))
        {
            // not in order: a message may overtake another
            World.Soon(0.2, 40, receiver.Guard(n => n.Notified(message, World.Now)));
        }
    }

    public SimulatedLink Connect(SimulatedServer learner, long leader, int term)
    {
        var link = new SimulatedLink(this, ++lastLink, learner, Servers[(int)leader - 1], term);
        links.Add(link.Number, link);
        link.Open();
        return link;
    }

    public SimulatedLink? Link(int number) => links.GetValueOrDefault(number);

    public void BreakLinksOf(SimulatedServer server)
    {
        foreach (var link in links.Values.Where(l => l.Joins(server)).ToList())
        {
            link.Break();
            links.Remove(link.Number);
        }
    }
}
