using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Quorum.Election;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Quorum;

/// <summary>Discovery and synchronisation: from FOLLOWERINFO to UPTODATE.</summary>
sealed partial class LeaderCore
{
    long proposedEpoch = -1;

    void Introduce(LearnerHandle learner, QuorumPacket packet)
    {
        var (server, version) = Packets.ReadLearnerInfo(packet);
        learner.Server = server;
        // also one that calls itself a follower but is no voter in this server's configuration
        learner.IsObserver = packet.Kind() == PacketType.ObserverInfo || settings.Bit(server) == 0;
        if (version < Packets.ProtocolVersion)
        {
            Drop(learner, $"protocol version {version} (before 3.4) is not supported");
            return;
        }

        // its old connection may look alive for a while; two handles of one server would count its votes twice
        foreach (var older in learners.Values.Where(l => l != learner && l.Stage != LearnerStage.Connected && l.Server == server).ToList())
        {
            Drop(older, $"server {server} has connected again");
        }

        learner.Stage = LearnerStage.AwaitsEpoch;
        if (EpochKnown)
        {
            SendEpoch(learner);
        }
        else
        {
            Join(learner.IsObserver ? -1 : server, Zxids.Epoch(packet.Zxid));
        }
    }

    /// <summary>The new epoch is above all that a majority has accepted. Observers count for its height only.</summary>
    void Join(long server, long acceptedEpoch)
    {
        proposedEpoch = Math.Max(proposedEpoch, acceptedEpoch + 1);
        connected |= settings.Bit(server);
        if (!settings.IsMajority(connected))
        {
            return;
        }

        // durable before any learner knows it: after a crash this server must not offer the same epoch again
        replica.AcceptedEpoch = proposedEpoch;
        Epoch = proposedEpoch;
        // whatever it applied is of an earlier epoch, and so below
        replica.LastProposedZxid = EpochStart;
        foreach (var learner in learners.Values.Where(l => l.Stage == LearnerStage.AwaitsEpoch).ToList())
        {
            SendEpoch(learner);
        }
    }

    void SendEpoch(LearnerHandle learner)
    {
        learner.Stage = LearnerStage.Accepting;
        Send(learner, Packets.LeaderInfo(Epoch));
    }

    /// <param name="learner">Who accepted; its LastZxid is set.</param>
    /// <param name="currentEpoch">Its current epoch; -1 when it had accepted this epoch before, which does not count as its vote.</param>
    void AcceptEpoch(LearnerHandle learner, long currentEpoch)
    {
        // as Apache: a majority has decided without it, and what it has beyond their history is cut
        if (EpochAccepted)
        {
            Synchronize(learner);
            return;
        }

        if (currentEpoch != -1 && (currentEpoch > ownEpoch || (currentEpoch == ownEpoch && learner.LastZxid > ownZxid)))
        {
            // its history may hold commits that this leader lacks: leading it would truncate them
            Drop(learner, $"it is ahead of the leader: epoch {currentEpoch}, zxid 0x{learner.LastZxid:x}; mine {ownEpoch}, 0x{ownZxid:x}");
            return;
        }

        if (!learner.IsObserver)
        {
            Accept(learner.Server, currentEpoch, learner.LastZxid);
        }
    }

    void Accept(long server, long currentEpoch, long lastZxid)
    {
        // -1: it had promised this epoch before, perhaps to another leader; counting it twice could give one epoch two leaders
        if (currentEpoch != -1 && lastZxid != -1)
        {
            accepted |= settings.Bit(server);
        }

        TryStartSynchronizing();
    }

    void TryStartSynchronizing()
    {
        if (!EpochKnown || !EpochAccepted)
        {
            return;
        }

        // durable before NEWLEADER is sent: once a majority has acknowledged it, votes with an older epoch must lose
        replica.CurrentEpoch = Epoch;
        // at once: what is in its log was flushed before the election began
        Acknowledge(settings.Self);
        foreach (var learner in learners.Values.Where(l => l.Stage == LearnerStage.AwaitsMajority).ToList())
        {
            Synchronize(learner);
        }
    }

    /// <summary>
    /// Brings a learner to this leader's committed history, then to what is proposed, and asks for NEWLEADER's acknowledgement.
    /// </summary>
    void Synchronize(LearnerHandle learner)
    {
        learner.Stage = LearnerStage.Synchronizing;
        var plan = SyncPlan.Make(learner.LastZxid, replica.LastCommittedZxid, replica.Committed, replica.FirstLoggedZxid);
        if (plan.Kind == SyncKind.ReadLog)
        {
            // what follows waits until the history has been read
            effects.Add(new QuorumEffect.ReadHistory(learner.Connection, learner.LastZxid, plan.Zxid));
            learner.Held = [];
        }
        else
        {
            SendHistory(learner, plan);
        }

        // from here on it gets what comes, behind its history, so that nothing is missed in between. What is proposed and not committed
        // goes to followers now; observers get it with its commit (INFORM)
        learner.Forwarding = true;
        if (!learner.IsObserver)
        {
            foreach (var proposal in broadcast.Proposals)
            {
                Propose(learner, proposal, learner.HeardAt);
            }
        }

        Send(learner, Packets.Of(PacketType.NewLeader, EpochStart, System.Text.Encoding.UTF8.GetBytes(ConfigText(EpochStart))));
    }

    /// <summary>
    /// The log was read for a learner: from its last zxid on up to <paramref name="last"/>; null when there was too much of it.
    /// </summary>
    public void HistoryRead(int connection, long last, IReadOnlyList<Proposal>? log)
    {
        if (!learners.TryGetValue(connection, out var learner) || learner.Held is not { } held)
        {
            return;
        }

        learner.Held = null;
        var plan = log is null ? null : SyncPlan.FromLog(learner.LastZxid, last, log);
        if (plan is null || plan.Kind == SyncKind.Snap)
        {
            // the snapshot is of now: what it holds already is not sent again
            SendHistory(learner, new SyncPlan(SyncKind.Snap, replica.LastCommittedZxid, []));
            held.RemoveAll(p =>
                p.Kind() is PacketType.Proposal or PacketType.Commit or PacketType.Inform && p.Zxid <= replica.LastCommittedZxid);
        }
        else
        {
            SendHistory(learner, plan);
        }

        foreach (var packet in held)
        {
            Send(learner, packet);
        }
    }

    void SendHistory(LearnerHandle learner, SyncPlan plan)
    {
        effects.Add(new QuorumEffect.Log(
            $"{plan.Kind} for server {learner.Server} from 0x{learner.LastZxid:x} to 0x{replica.LastCommittedZxid:x}, "
            + $"{plan.Rest.Count} transactions"));
        if (plan.Kind == SyncKind.Snap)
        {
            effects.Add(new QuorumEffect.SendSnapshot(learner.Connection, replica.LastCommittedZxid, replica.TakeSnapshot()));
            return;
        }

        Send(learner, Packets.Of(plan.Kind == SyncKind.Trunc ? PacketType.Trunc : PacketType.Diff, plan.Zxid));
        foreach (var proposal in plan.Rest)
        {
            Send(learner, Packets.Proposal(proposal));
            Send(learner, Packets.Of(PacketType.Commit, proposal.Zxid));
        }
    }

    void Synchronized(LearnerHandle learner, long zxid)
    {
        if (zxid != EpochStart)
        {
            Drop(learner, $"acknowledged 0x{zxid:x} where NEWLEADER 0x{EpochStart:x} was due");
            return;
        }

        learner.Stage = LearnerStage.AwaitsService;
        if (IsServing)
        {
            Activate(learner);
        }
        else if (!learner.IsObserver)
        {
            Acknowledge(learner.Server);
        }
    }

    void Acknowledge(long server)
    {
        synchronized |= settings.Bit(server);
        if (IsServing || !settings.IsMajority(synchronized))
        {
            return;
        }

        IsServing = true;
        replica.StartServing(PeerState.Leading, ConfigText(0));
        foreach (var learner in learners.Values.Where(l => l.Stage == LearnerStage.AwaitsService).ToList())
        {
            Activate(learner);
        }
    }

    void Activate(LearnerHandle learner)
    {
        learner.Stage = LearnerStage.Active;
        Send(learner, Packets.Of(PacketType.UpToDate, -1));
    }

    /// <summary>The configuration as Apache prints it. A static one has version 0; with NEWLEADER it is sent as of that zxid.</summary>
    string ConfigText(long version) => $"{settings.Config}version={version:x}";
}
