namespace ZooKeeper.Server.Serving;

/// <summary>What a server is doing. Clients are served in all but <see cref="Looking"/>.</summary>
enum ServerState
{
    Looking,
    Following,
    Leading,
    Observing,
    Standalone,
}
