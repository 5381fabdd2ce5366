using System.Collections.Immutable;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Quorum;
using ZooKeeper.Server.Quorum.Election;

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

    public void Start()
    {
        life++;
        syncing = false;
        wakeUpAt = null;
        Replica = new SimulatedReplica(Id, disk, ensemble.Ledger, Appended);
        node = new QuorumNode(settings, Replica, DateTimeOffset.UnixEpoch, new ElectionTimings { LongestResend = TimeSpan.FromSeconds(1) });
        world.Note($"{Id} starts, log ends at 0x{disk.LastZxid:x}");
        Carry(node.Start());
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
            Carry(node.Submit(Write.Request(Id, operation, value), world.Now));
        }
    }

    /// <summary>Something of the outside reaches this life of the server, at once or when it is resumed; never a later life.</summary>
    public Action Guard(Func<QuorumNode, IReadOnlyList<QuorumEffect>> input)
    {
        var now = life;
        void Run()
        {
            if (life != now || node is null)
            {
                return;
            }

            if (IsPaused)
            {
                postponed.Add(Run);
                return;
            }

            Carry(input(node));
        }

        return Run;
    }

    void Carry(IReadOnlyList<QuorumEffect> effects)
    {
        foreach (var effect in effects)
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
                ensemble.Link(connection)?.ToLearner(packet, null);
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

    void DiskWork(QuorumEffect effect) => world.Soon(1, 40, Guard(node =>
    {
        disk.Synced = disk.Log.Count;
        switch (effect)
        {
            case QuorumEffect.Recover(var term):
                Replica!.Reload();
                return node.Recovered(term, world.Now);
            case QuorumEffect.Truncate(var zxid, var term):
                disk.Truncate(zxid);
                Replica!.Reload();
                return node.Installed(term, world.Now);
            case QuorumEffect.Install(var zxid, var snapshot, var term):
                disk.Install(zxid, (ImmutableArray<Write>?)snapshot ?? []);
                Replica!.Reload();
                return node.Installed(term, world.Now);
            case QuorumEffect.ReadHistory(var connection, var from, var to):
                var log = disk.Log.Where(p => p.Zxid >= from && p.Zxid <= to).ToList();
                return node.HistoryRead(connection, to, log, world.Now);
            default:
                throw new InvalidOperationException($"{effect} is not carried out");
        }
    }));

    /// <summary>Syncs in groups: what is appended while one sync runs goes into the next.</summary>
    void Appended()
    {
        if (ensemble.AcknowledgesBeforeSync)
        {
            var promised = disk.LastZxid;
            world.After(0, Guard(node => node.Durable(promised, world.Now)));
        }

        if (!syncing)
        {
            syncing = true;
            world.After(0, Guard(Sync));
        }
    }

    IReadOnlyList<QuorumEffect> Sync(QuorumNode _)
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

            return node.Durable(last, world.Now);
        }));
        return [];
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

                return n.Tick(world.Now);
            }));
        }
    }
}
