namespace ZooKeeper.Server.Pipeline;

/// <summary>What a server is doing. Clients are served in all but <see cref="Looking"/> and <see cref="Stopped"/>.</summary>
public enum ServerState
{
    Looking,
    Following,
    Leading,
    Observing,
    Standalone,
    Stopped,
}
