using ZooKeeper.Protocol;

namespace ZooKeeper.Server.Preparation;

/// <summary>How the server treats each operation.</summary>
static class Operations
{
    /// <summary>What a client may send that becomes a transaction, or has to go to the leader and back.</summary>
    public static bool IsOrdered(OpCode type) => type
        is OpCode.Create or OpCode.Create2 or OpCode.CreateContainer or OpCode.CreateTtl or OpCode.Delete
        or OpCode.SetData or OpCode.SetAcl or OpCode.Multi or OpCode.Reconfig or OpCode.Sync or OpCode.CloseSession;

    /// <summary>
    /// What a client may send that is answered from this server's own tree. Anything that is neither this nor <see cref="IsOrdered"/> is
    /// answered with Unimplemented and the connection closes, as with Apache: unknown numbers, and those that only servers use
    /// (createSession, error, deleteContainer) or that only occur inside a multi (check).
    /// </summary>
    public static bool IsRead(OpCode type) => type
        is OpCode.Ping or OpCode.Exists or OpCode.GetData or OpCode.GetAcl or OpCode.GetChildren or OpCode.GetChildren2
        or OpCode.MultiRead or OpCode.GetAllChildrenNumber or OpCode.GetEphemerals or OpCode.WhoAmI
        or OpCode.SetWatches or OpCode.SetWatches2 or OpCode.AddWatch or OpCode.CheckWatches or OpCode.RemoveWatches;
}
