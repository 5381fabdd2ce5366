using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Client.Session;

/// <summary>The body of a multi: a header before each operation, and one that ends it.</summary>
sealed class MultiRequest(IReadOnlyList<(OpCode Code, IRecord Record)> ops) : IRecord
{
    public void Write(WireWriter w)
    {
        foreach (var (code, record) in ops)
        {
            new MultiHeader { Type = (int)code, Done = false, Err = -1 }.Write(w);
            record.Write(w);
        }

        new MultiHeader { Type = -1, Done = true, Err = -1 }.Write(w);
    }
}

/// <summary>Reads the answer to a multi: a result for each operation, or an error for each.</summary>
sealed class MultiAnswer(IReadOnlyList<Op> ops, Chroot chroot)
{
    public IReadOnlyList<OpResult> Read(ref WireReader body)
    {
        var results = new List<OpResult>(ops.Count);
        var codes = new List<ZooKeeperError>();
        for (var header = MultiHeader.Read(ref body); !header.Done; header = MultiHeader.Read(ref body))
        {
            if (header.Type == (int)OpCode.Error)
            {
                codes.Add((ZooKeeperError)ErrorResponse.Read(ref body).Err);
            }
            else
            {
                results.Add(ReadResult((OpCode)header.Type, ref body));
            }
        }

        if (codes.Count > 0)
        {
            throw Refusal(codes);
        }

        return results.Count == ops.Count ? results : throw new WireFormatException($"{results.Count} results of {ops.Count} operations.");
    }

    OpResult ReadResult(OpCode code, ref WireReader body)
    {
        switch (code)
        {
            case OpCode.Create:
                return new OpResult(code, chroot.ToClient(CreateResponse.Read(ref body).Path));
            case OpCode.Create2 or OpCode.CreateContainer or OpCode.CreateTtl:
                var created = Create2Response.Read(ref body);
                return new OpResult(code, chroot.ToClient(created.Path), created.Stat);
            case OpCode.SetData:
                return new OpResult(code, Stat: SetDataResponse.Read(ref body).Stat);
            case OpCode.Delete or OpCode.Check:
                return new OpResult(code);
            default:
                throw new WireFormatException($"The result of an operation of type {(int)code} inside a multi.");
        }
    }

    ZooKeeperException Refusal(List<ZooKeeperError> codes)
    {
        // 0 for those before the failing one, RuntimeInconsistency for those after it: the first that is not 0 failed
        var index = Math.Max(0, codes.FindIndex(code => code != ZooKeeperError.Ok));
        var op = index < ops.Count ? ops[index] : null;
        var code = codes[index];
        var problem = $"operation {index + 1} of {ops.Count} ({op?.Code}): {code.Describe()}";
        return new ZooKeeperException(code, op?.Path, problem) { OpIndex = index, OpCodes = codes };
    }
}
