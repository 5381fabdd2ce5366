namespace ZooKeeper.Protocol;

/// <summary>
/// The type of a request (RequestHeader.Type), of an operation inside a multi, and of a transaction in the log (TxnHeader.Type);
/// org.apache.zookeeper.ZooDefs.OpCode of 3.9.
/// </summary>
public enum OpCode
{
    /// <summary>
    /// A transaction that failed and still took a zxid; its body is an ErrorTxn. Also the type of an error result of a multi.
    /// </summary>
    Error = -1,

    /// <summary>Body: CreateSessionTxn.</summary>
    CreateSession = -10,

    /// <summary>Body: CloseSessionTxn, since 3.6.</summary>
    CloseSession = -11,

    Notification = 0,

    /// <summary>Body in the log: CreateTxn (sequential suffix resolved, the parent's cversion recorded).</summary>
    Create = 1,
    Delete = 2,
    Exists = 3,
    GetData = 4,
    SetData = 5,
    GetAcl = 6,
    SetAcl = 7,
    GetChildren = 8,
    Sync = 9,
    Ping = 11,
    GetChildren2 = 12,
    Check = 13,

    /// <summary>Body in the log: MultiTxn.</summary>
    Multi = 14,

    /// <summary>Create that answers with the new node's Stat. Body in the log: CreateTxn.</summary>
    Create2 = 15,
    Reconfig = 16,
    CheckWatches = 17,
    RemoveWatches = 18,

    /// <summary>Request: CreateRequest. Body in the log: CreateContainerTxn.</summary>
    CreateContainer = 19,

    /// <summary>Made by the leader alone when a container is empty. Body in the log: DeleteTxn.</summary>
    DeleteContainer = 20,

    /// <summary>Request: CreateTTLRequest. Body in the log: CreateTTLTxn.</summary>
    CreateTtl = 21,
    MultiRead = 22,
    Auth = 100,
    SetWatches = 101,
    Sasl = 102,
    GetEphemerals = 103,
    GetAllChildrenNumber = 104,
    SetWatches2 = 105,
    AddWatch = 106,
    WhoAmI = 107,
}
