using ZooKeeper.Protocol;

namespace ZooKeeper.Server.Connections;

/// <summary>How the server treats each operation.</summary>
static class Operations
{
    /// <summary>Becomes a transaction, or has to go to the leader and back.</summary>
    public static bool IsOrdered(OpCode type) => type is OpCode.Create or OpCode.Create2 or OpCode.CreateContainer or OpCode.CreateTtl or OpCode.Delete
        or OpCode.SetData or OpCode.SetAcl or OpCode.Multi or OpCode.Check or OpCode.Reconfig or OpCode.Sync or OpCode.CloseSession;

    /// <summary>Others are answered with Unimplemented and the connection closes, as with Apache.</summary>
    public static bool IsKnown(OpCode type) => type is > OpCode.Notification and not OpCode.Sasl && Enum.IsDefined(type);

    /// <summary>The four letters that cons shows for the last operation.</summary>
    public static string ShortName(OpCode type) => type switch
    {
        OpCode.CreateSession => "SESS",
        OpCode.CloseSession => "CLOS",
        OpCode.Create or OpCode.Create2 or OpCode.CreateTtl or OpCode.CreateContainer => "CREA",
        OpCode.Delete or OpCode.DeleteContainer => "DELE",
        OpCode.Exists => "EXIS",
        OpCode.GetData => "GETD",
        OpCode.SetData => "SETD",
        OpCode.GetAcl => "GETA",
        OpCode.SetAcl => "SETA",
        OpCode.GetChildren or OpCode.GetChildren2 => "GETC",
        OpCode.GetAllChildrenNumber => "GETACN",
        OpCode.Sync => "SYNC",
        OpCode.Ping => "PING",
        OpCode.Check => "CHEC",
        OpCode.Multi => "MULT",
        OpCode.MultiRead => "MLTR",
        OpCode.SetWatches => "SETW",
        OpCode.SetWatches2 => "STW2",
        OpCode.AddWatch => "ADDW",
        OpCode.CheckWatches => "CHKW",
        OpCode.RemoveWatches => "REMW",
        OpCode.GetEphemerals => "GETE",
        OpCode.WhoAmI => "HOMI",
        OpCode.Reconfig => "RECO",
        _ => "UNKN",
    };
}
