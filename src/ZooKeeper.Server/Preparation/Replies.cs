using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Preparation;

/// <summary>The body of the reply to a write that was done.</summary>
static class Replies
{
    /// <returns>Null for those without a body.</returns>
    public static IRecord? Of(TxnResult result) => result.Type switch
    {
        OpCode.Create => new CreateResponse { Path = result.Path! },
        OpCode.Create2 or OpCode.CreateTtl or OpCode.CreateContainer => new Create2Response { Path = result.Path!, Stat = result.Stat! },
        OpCode.SetData => new SetDataResponse { Stat = result.Stat! },
        OpCode.SetAcl => new SetACLResponse { Stat = result.Stat! },
        _ => null,
    };
}
