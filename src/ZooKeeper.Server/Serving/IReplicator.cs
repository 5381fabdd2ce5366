using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Serving;

/// <summary>
/// How writes become transactions and transactions become committed: alone, as leader, or as follower. One for the life of the server,
/// handed for each term of serving to <see cref="IServerCore.StartServing"/>. Every member is called on the server loop and must not block.
/// </summary>
interface IReplicator
{
    /// <summary>
    /// A write, a sync, a createSession or a closeSession of a client of this server, or one that the server makes itself (an expired
    /// session). Standalone and leader: <see cref="IServerCore.Prepare"/>, log, propose, commit. Follower: forwarded to the leader. A sync
    /// is answered with <see cref="IServerCore.CompleteSync"/>.
    /// </summary>
    void Submit(Request request);

    /// <summary>
    /// A client came back with a session that it opened before, perhaps on another server; its password was right. Standalone and leader
    /// ask and touch their own tracker and take the session over; a follower asks the leader (REVALIDATE). <paramref name="answer"/> is
    /// called on the loop, at once or later.
    /// </summary>
    void Revalidate(long sessionId, int timeout, Action<bool> answer);

    /// <summary>
    /// Called after each group fsync, also while nothing is served (a learner logs before it serves): every transaction up to
    /// <paramref name="zxid"/> that was appended is on this server's disk.
    /// </summary>
    void Durable(long zxid);

    /// <summary>
    /// Keys and values for mntr, without the prefix zk_, beyond what every server has: followers, synced_followers, pending_syncs and so
    /// on.
    /// </summary>
    IEnumerable<KeyValuePair<string, object>> Monitor();

    /// <summary>Proposals not yet committed, for the outstanding counters.</summary>
    int Outstanding { get; }
}
