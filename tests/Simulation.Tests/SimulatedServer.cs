using System.Collections.Immutable;
using ZooKeeper.Server.Quorum;
using ZooKeeper.Server.Quorum.Election;
using ZooKeeper.Server.Storage;

namespace Simulation.Tests;

/// <summary>One server: its disk outlives its crashes, everything else is made anew at each start.</summary>
sealed class SimulatedServer(Ensemble ensemble, QuorumSettings settings)
{
    readonly SimulatedDisk disk = new();
    readonly List<Action> postponed = [];
    readonly World world = ensemble.World;
    SimulatedLink? leaderLink;
    QuorumNode? node;
    TimeSpan? wakeUpAt;
    bool syncing;
    int life;

    public long Id { get; } = settings.Self;

    public bool IsUp => node is not null;

    public bool IsPaused { get; private set; }

    public SimulatedReplica? Replica { get; private set; }

    public QuorumNode? Node => node;

    /// <summary>What came behind the leader's SNAP.</summary>
    public SnapshotImage? Received { get; set; }

    public void Start()
    {
        life++;
        syncing = false;
        wakeUpAt = null;
        Received = null;
        Replica = new SimulatedReplica(Id, disk, ensemble.Ledger, Appended);
        node = new QuorumNode(settings, Replica, DateTimeOffset.UnixEpoch, new ElectionTimings { LongestResend = TimeSpan.FromSeconds(1) });
        world.Note($"{Id} starts, log ends at 0x{disk.LastZxid:x}");
        Run(node.Start);
    }

    /// <summary>The power goes: memory is gone, and perhaps the end of the log; its connections break.</summary>
    public void Crash()
    {
        life++;
        node = null;
        Replica = null;
        IsPaused = false;
        postponed.Clear();
        disk.Crash(world.Random);
        leaderLink = null;
        ensemble.BreakLinksOf(this);
        world.Note($"{Id} crashes, log ends at 0x{disk.LastZxid:x}");
    }

    public void Pause() => IsPaused = true;

    public void Resume()
    {
        IsPaused = false;
        var actions = postponed.ToList();
        postponed.Clear();
        foreach (var action in actions)
        {
            action();
        }
    }

    public void Purge(int count)
    {
        if (Replica?.Serving is not null)
        {
            disk.Purge(count, Replica.LastCommittedZxid);
        }
    }

    public void Submit(int operation, long value)
    {
        if (node is not null && !IsPaused && Replica!.Serving is not null)
        {
            Replica.Ask(operation);
            Run(() => node.Submit(Write.Request(Id, operation, value), world.Now));
        }
    }

    /// <summary>Something of the outside reaches this life of the server, at once or when it is resumed; never a later life.</summary>
    public Action Guard(Action<QuorumNode> input)
    {
        var now = life;
        void Reach()
        {
            if (life != now || node is null)
            {
                return;
            }

            if (IsPaused)
            {
                postponed.Add(Reach);
                return;
            }

            Run(() => input(node));
        }

        return Reach;
    }

    void Run(Action input)
    {
        input();
        foreach (var effect in node!.Drain(world.Now))
        {
            Carry(effect);
        }

        WakeUp();
    }

    void Carry(QuorumEffect effect)
    {
        switch (effect)
        {
            case QuorumEffect.Notify(var to, var message):
                ensemble.Notify(this, to, message);
                break;
            case QuorumEffect.ConnectToLeader(var leader, var term):
                leaderLink = ensemble.Connect(this, leader, term);
                break;
            case QuorumEffect.SendToLeader(var packet):
                leaderLink?.ToLeader(packet);
                break;
            case QuorumEffect.DisconnectFromLeader:
                leaderLink?.Break();
                leaderLink = null;
                break;
            case QuorumEffect.SendToLearner(var connection, var packet):
                ensemble.Link(connection)?.ToLearner(packet);
                break;
            case QuorumEffect.SendSnapshot(var connection, var zxid, var snapshot):
                ensemble.Link(connection)?.ToLearner(Packets.Of(PacketType.Snap, zxid), snapshot);
                break;
            case QuorumEffect.CloseLearner(var connection, _):
                ensemble.Link(connection)?.Break();
                break;
            case QuorumEffect.Log(var text):
                world.Note($"{Id} {text}");
                break;
            default:
                DiskWork(effect);
                break;
        }
    }

    void Install(QuorumNode installing, long zxid, ImmutableArray<Write> snapshot, int term)
    {
        disk.Install(zxid, snapshot);
        Replica!.Reload();
        installing.LearnerOf(term)?.Installed(world.Now);
    }

    void DiskWork(QuorumEffect effect)
    {
        // what was received is this effect's: a later term may bring another before the disk is ready
        var received = Received;
        world.Soon(1, 40, Guard(node => DiskWork(node, effect, received)));
    }

    void DiskWork(QuorumNode node, QuorumEffect effect, SnapshotImage? received)
    {
        disk.Synced = disk.Log.Count;
        switch (effect)
        {
            case QuorumEffect.Recover(var term):
                Replica!.Reload();
                node.Recovered(term, world.Now);
                break;
            case QuorumEffect.Truncate(var zxid, var term):
                disk.Truncate(zxid);
                Replica!.Reload();
                node.LearnerOf(term)?.Installed(world.Now);
                break;
            case QuorumEffect.InstallSnapshot(var zxid, var term):
                Install(node, zxid, Write.Of(received!), term);
                break;
            case QuorumEffect.InstallNothing(var term):
                Install(node, 0, [], term);
                break;
            case QuorumEffect.ReadHistory(var connection, var from, var to):
                var log = disk.Log.Where(p => p.Zxid >= from && p.Zxid <= to).ToList();
                node.Leader?.HistoryRead(connection, to, log);
                break;
            default:
                throw new InvalidOperationException($"{effect} is not carried out");
        }
    }

    /// <summary>Syncs in groups: what is appended while one sync runs goes into the next.</summary>
    void Appended()
    {
        if (ensemble.AcknowledgesBeforeSync)
        {
            var promised = disk.LastZxid;
            world.After(0, Guard(node => node.Durable(promised)));
        }

        if (!syncing)
        {
            syncing = true;
            world.After(0, Guard(Sync));
        }
    }

    void Sync(QuorumNode _)
    {
        var last = disk.LastZxid;
        world.Soon(ensemble.SlowDisks ? 100 : 0.5, ensemble.SlowDisks ? 600 : ensemble.AcknowledgesBeforeSync ? 400 : 30, Guard(node =>
        {
            var cut = disk.Log.FindIndex(p => p.Zxid > last);
            disk.Synced = Math.Max(disk.Synced, cut < 0 ? disk.Log.Count : cut);
            syncing = disk.Synced < disk.Log.Count;
            if (syncing)
            {
                world.After(0, Guard(Sync));
            }

            node.Durable(last);
        }));
    }

    void WakeUp()
    {
        if (node?.Deadline is { } deadline && (wakeUpAt is null || deadline < wakeUpAt || wakeUpAt < world.Now))
        {
            wakeUpAt = deadline;
            world.At(deadline, Guard(n =>
            {
                if (wakeUpAt == deadline)
                {
                    wakeUpAt = null;
                }

                n.Tick(world.Now);
            }));
        }
    }
}
