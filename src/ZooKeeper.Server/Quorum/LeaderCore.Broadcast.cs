using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Quorum;

/// <summary>Broadcast: requests become proposals, acknowledgements become commits.</summary>
sealed partial class LeaderCore
{
    void Serve(LearnerHandle learner, QuorumPacket packet, TimeSpan now)
    {
        switch (packet.Kind())
        {
            case PacketType.Ack:
                Acknowledged(learner, packet.Zxid, now);
                break;
            case PacketType.Ping:
                foreach (var (session, timeout) in Packets.ReadPong(packet))
                {
                    replica.Touch(session, timeout);
                }

                break;
            case PacketType.Revalidate:
                var (id, limit) = Packets.ReadRevalidate(packet);
                Send(learner, Packets.Revalidated(id, replica.TakeOver(id, limit, learner)));
                break;
            case PacketType.Request:
                Submit(learner, Packets.ReadRequest(packet, learner), now);
                break;
            default:
                Drop(learner, $"unexpected {packet.Kind()}");
                break;
        }
    }

    void Submit(LearnerHandle? learner, Request request, TimeSpan now)
    {
        // left without an answer: the connections of its clients end with the term
        if (!IsServing || Over is not null)
        {
            return;
        }

        if (request.Type == OpCode.Sync)
        {
            Sync(learner, request);
            return;
        }

        // the next zxid would carry into the epoch's half (ZOOKEEPER-1277): another term begins with a counter of its own
        if (Zxids.Counter(replica.LastProposedZxid) == Zxids.LastCounter)
        {
            End("the zxids of this epoch are used up");
            return;
        }

        var proposal = replica.Prepare(request);
        broadcast.Add(proposal);
        // logged here and at the followers at the same time: this server's disk is one of the majority, not a step before it
        replica.Append(proposal);
        // an observer gets it with its commit (INFORM): what it logged earlier would count for nothing
        foreach (var follower in learners.Values.Where(l => l.Forwarding && !l.IsObserver))
        {
            Propose(follower, proposal, now);
        }
    }

    void Propose(LearnerHandle learner, Proposal proposal, TimeSpan now)
    {
        learner.LastSent = proposal.Zxid;
        learner.AwaitsAckSince ??= now; // since the first that waits: a newer one must not start the clock anew
        Send(learner, Packets.Proposal(proposal));
    }

    /// <summary>A sync is answered once all that was proposed before it is committed.</summary>
    void Sync(LearnerHandle? learner, Request request)
    {
        // as Apache, without asking a majority: a leader that has been replaced and does not know it yet answers as well
        if (broadcast.Count == 0)
        {
            CompleteSync(learner, request);
            return;
        }

        if (!pendingSyncs.TryGetValue(replica.LastProposedZxid, out var waiting))
        {
            pendingSyncs[replica.LastProposedZxid] = waiting = [];
        }

        waiting.Add((learner, request));
    }

    void CompleteSync(LearnerHandle? learner, Request request)
    {
        if (learner is null)
        {
            replica.CompleteSync(request.SessionId, request.Cxid);
        }
        // it may have gone since, and its clients with it
        else if (learners.ContainsKey(learner.Connection))
        {
            Send(learner, Packets.Of(PacketType.Sync, 0));
        }
    }

    void Acknowledged(LearnerHandle learner, long zxid, TimeSpan now)
    {
        // after UPTODATE a learner acknowledges NEWLEADER once more
        if (Zxids.Counter(zxid) == 0)
        {
            return;
        }

        // the clock starts anew with each acknowledgement: a slow learner stays as long as it makes progress
        learner.LastAcked = zxid;
        learner.AwaitsAckSince = zxid >= learner.LastSent ? null : now;
        if (!learner.IsObserver)
        {
            broadcast.Ack(learner.Server, zxid);
            CommitWhatCan();
        }
    }

    void CommitWhatCan()
    {
        // nothing once the term is over: its learners may have another leader by then
        while (Over is null && broadcast.TryCommit(out var proposal))
        {
            var commit = Packets.Of(PacketType.Commit, proposal.Zxid);
            foreach (var learner in learners.Values.Where(l => l.Forwarding))
            {
                Send(learner, learner.IsObserver ? Packets.Inform(proposal) : commit);
            }

            replica.Commit(proposal);
            if (pendingSyncs.Remove(proposal.Zxid, out var syncs))
            {
                foreach (var (learner, request) in syncs)
                {
                    CompleteSync(learner, request);
                }
            }
        }
    }
}
