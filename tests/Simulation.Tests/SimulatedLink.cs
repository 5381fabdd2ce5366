using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Storage;

namespace Simulation.Tests;

/// <summary>
/// A connection of a learner to its leader: each direction delivers in order, after a delay, or breaks for good. Once a packet is lost, no
/// later one arrives.
/// </summary>
sealed class SimulatedLink(Ensemble ensemble, int number, SimulatedServer learner, SimulatedServer leader, int term)
{
    readonly World world = ensemble.World;
    TimeSpan lastToLeader;
    TimeSpan lastToLearner;
    bool broken;

    public int Number { get; } = number;

    public bool Joins(SimulatedServer server) => learner == server || leader == server;

    public void Open()
    {
        var atLeader = leader.Guard(n => n.LearnerConnected(Number, world.Now));
        var atLearner = learner.Guard(n => n.LearnerOf(term)?.Connected(world.Now));
        world.Soon(0.2, 15, () =>
        {
            if (broken || !ensemble.IsLinked(learner, leader) || !leader.IsUp)
            {
                world.Soon(1, 300, learner.Guard(n => n.LearnerOf(term)?.End("no answer")));
                broken = true;
                return;
            }

            atLeader();
            lastToLeader = lastToLearner = world.Now;
            atLearner();
        });
    }

    public void ToLeader(QuorumPacket packet) =>
        Deliver(ref lastToLeader, leader.Guard(n => n.LearnerSent(Number, packet, world.Now)));

    /// <param name="packet">What the leader sends.</param>
    /// <param name="snapshot">What follows a SNAP.</param>
    public void ToLearner(QuorumPacket packet, SnapshotImage? snapshot = null) => Deliver(ref lastToLearner, learner.Guard(n =>
    {
        learner.Received = snapshot ?? learner.Received;
        n.LearnerOf(term)?.Receive(packet, world.Now);
    }));

    /// <summary>One end closed it: what is on the way is lost, and the other end notices, mostly soon.</summary>
    public void Break()
    {
        if (broken)
        {
            return;
        }

        broken = true;
        world.Soon(0.2, 50, leader.Guard(n => n.LearnerClosed(Number)));
        world.Soon(0.2, 50, learner.Guard(n => n.LearnerOf(term)?.End("connection closed")));
    }

    void Deliver(ref TimeSpan last, Action arrive)
    {
        var at = world.Now + TimeSpan.FromMilliseconds(0.2 + 20 * Math.Pow(world.Random.NextDouble(), 4));
        last = at > last ? at : last + TimeSpan.FromTicks(1);
        world.At(last, () =>
        {
            // a partition is silent: nothing arrives any more, and nobody is told
            lost |= !broken && !ensemble.IsLinked(learner, leader);
            if (!broken && !lost)
            {
                arrive();
            }
        });
    }

    bool lost;
}
