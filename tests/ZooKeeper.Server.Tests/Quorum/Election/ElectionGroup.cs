using ZooKeeper.Server.Quorum.Election;

namespace ZooKeeper.Server.Tests.Quorum.Election;

/// <summary>
/// Several elections joined by a network in memory that delivers everything at once, in order, and a clock moved by hand.
/// </summary>
sealed class ElectionGroup
{
    readonly Dictionary<long, FastLeaderElection> servers = [];
    readonly Dictionary<long, (long Zxid, long Epoch)> histories;
    readonly Queue<(long To, Notification Message)> network = new();

    public ElectionGroup(params (long Zxid, long Epoch)[] histories) =>
        this.histories = histories.Select((h, i) => (h, i)).ToDictionary(x => x.i + 1L, x => x.h);

    public TimeSpan Now { get; private set; }

    public FastLeaderElection this[long server] => servers[server];

    /// <summary>Messages this returns true for are lost.</summary>
    public Func<long, Notification, bool> Loses { get; set; } = (_, _) => false;

    public void Start(params long[] ids)
    {
        foreach (var id in ids)
        {
            servers[id] = new FastLeaderElection(id, histories.Keys, histories.Count / 2 + 1, DateTimeOffset.UnixEpoch);
        }

        foreach (var id in ids)
        {
            Look(id);
        }

        Deliver();
    }

    public void Look(long id) => Do(id, servers[id].Look(histories[id].Zxid, histories[id].Epoch, Now));

    public void Stop(long id) => servers.Remove(id);

    /// <summary>Moves the clock from deadline to deadline, delivering what is sent on the way.</summary>
    public void Run(TimeSpan duration)
    {
        var end = Now + duration;
        while (true)
        {
            Deliver();
            var next = servers.Values.Min(s => s.Deadline);
            if (next is null || next > end)
            {
                Now = end;
                return;
            }

            Now = next.Value > Now ? next.Value : Now;
            foreach (var (id, server) in servers.ToArray())
            {
                if (server.Deadline <= Now)
                {
                    Do(id, server.Tick(Now));
                }
            }
        }
    }

    public void Deliver()
    {
        while (network.TryDequeue(out var sent))
        {
            if (servers.TryGetValue(sent.To, out var receiver) && !Loses(sent.To, sent.Message))
            {
                Do(sent.To, receiver.Receive(sent.Message, Now));
            }
        }
    }

    public IReadOnlyList<(long Server, PeerState State, long Leader)> Outcome =>
        servers.OrderBy(s => s.Key).Select(s => (s.Key, s.Value.State, s.Value.Vote.Leader)).ToList();

    void Do(long from, IReadOnlyList<ElectionEffect> effects)
    {
        foreach (var send in effects.OfType<ElectionEffect.Send>())
        {
            Assert.Equal(from, send.Message.From);
            network.Enqueue((send.To, send.Message));
        }
    }
}
