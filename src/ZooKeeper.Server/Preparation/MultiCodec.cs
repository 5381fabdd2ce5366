using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Preparation;

/// <summary>The body of multi and multiRead: MultiHeader and record by turns, ended by a MultiHeader that is done.</summary>
static class MultiCodec
{
    /// <summary>The operations of a request; requests of unknown operations are refused as a whole.</summary>
    /// <exception cref="WireFormatException">Not such a body, or an operation that does not belong into it.</exception>
    public static List<(OpCode Type, IRecord Record)> Read(ReadOnlyMemory<byte> body, bool isRead)
    {
        var reader = new WireReader(body);
        var operations = new List<(OpCode, IRecord)>();
        for (var header = MultiHeader.Read(ref reader); !header.Done; header = MultiHeader.Read(ref reader))
        {
            var type = (OpCode)header.Type;
            operations.Add((type, isRead ? ReadRead(type, ref reader) : ReadWrite(type, ref reader)));
        }

        return operations;
    }

    public static void Write(WireWriter writer, IReadOnlyList<TxnResult> results)
    {
        foreach (var result in results)
        {
            var error = result.Error == ZooKeeperError.Ok && result.Type != OpCode.Error
                ? null
                : new ErrorResponse { Err = (int)result.Error };
            var type = error is null ? TypeOf(result) : OpCode.Error;
            new MultiHeader { Type = (int)type, Done = false, Err = error?.Err ?? 0 }.Write(writer);
            (error ?? Replies.Of(result))?.Write(writer);
        }

        WriteEnd(writer);
    }

    /// <summary>
    /// All that answer with a Stat of the new node are answered as create2: Java's clients know no result of createContainer or createTTL
    /// and drop the connection over one.
    /// </summary>
    static OpCode TypeOf(TxnResult result) => result.Type switch
    {
        OpCode.CreateContainer or OpCode.CreateTtl => OpCode.Create2,
        var type => type,
    };

    public static void WriteEnd(WireWriter writer) => new MultiHeader { Type = -1, Done = true, Err = -1 }.Write(writer);

    static IRecord ReadWrite(OpCode type, ref WireReader reader) => type switch
    {
        OpCode.Create or OpCode.Create2 or OpCode.CreateContainer => CreateRequest.Read(ref reader),
        OpCode.CreateTtl => CreateTTLRequest.Read(ref reader),
        OpCode.Delete => DeleteRequest.Read(ref reader),
        OpCode.SetData => SetDataRequest.Read(ref reader),
        OpCode.Check => CheckVersionRequest.Read(ref reader),
        _ => throw new WireFormatException($"Operation {(int)type} inside a multi."),
    };

    static IRecord ReadRead(OpCode type, ref WireReader reader) => type switch
    {
        OpCode.GetData => GetDataRequest.Read(ref reader),
        OpCode.GetChildren => GetChildrenRequest.Read(ref reader),
        _ => throw new WireFormatException($"Operation {(int)type} inside a multiRead."),
    };
}
