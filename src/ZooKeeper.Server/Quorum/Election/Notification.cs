namespace ZooKeeper.Server.Quorum.Election;

/// <summary>A message on the election port: the sender's state and its vote.</summary>
/// <param name="From">Server id of the sender; known from the connection, not in the message.</param>
/// <param name="State">What the sender is doing.</param>
/// <param name="Vote">While looking, its proposal; later, the vote with which its election ended.</param>
/// <param name="Round">The election round of that vote (electionEpoch, "logical clock").</param>
/// <param name="ConfigVersion">Version of the ensemble's configuration the sender knows (0 for a static one).</param>
sealed record Notification(long From, PeerState State, Vote Vote, long Round, long ConfigVersion = 0);
