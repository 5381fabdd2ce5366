using System.Buffers.Binary;
using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Tests.Support;

/// <summary>
/// What a client could send in one segment: a few requests behind a write that is not done yet, most of them right, then some of them
/// spoilt: an operation that is not a client's, bytes changed, a frame cut short, an order that no client sends. The same seed gives the
/// same bytes.
/// </summary>
sealed class RequestFuzzer(int seed, string root)
{
    static readonly int[] Oddities = [-1, -10, -11, 0, 10, 13, 20, 23, 99, 100, 102, 108, int.MinValue, int.MaxValue];

    readonly Random random = new(seed);
    int xid;

    /// <summary>A handshake, sometimes a wrong one, and what follows it without waiting for the answer.</summary>
    public byte[] Conversation()
    {
        var frames = new List<byte[]> { Frame(Handshake) };
        frames.AddRange(Requests());
        return Join(frames);
    }

    /// <summary>Requests for a connection that has its session.</summary>
    public byte[] Burst() => Join(Requests());

    List<byte[]> Requests()
    {
        var frames = new List<byte[]> { Request(random.Next(2) == 0 ? OpCode.Sync : OpCode.Create) };
        for (var more = random.Next(1, 8); more > 0; more--)
        {
            frames.Add(Spoil(Request(AnyOperation())));
        }

        if (random.Next(4) == 0)
        {
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(frames));
        }

        return frames;
    }

    OpCode AnyOperation()
    {
        var all = Enum.GetValues<OpCode>();
        return random.Next(3) == 0 ? (OpCode)Oddities[random.Next(Oddities.Length)] : all[random.Next(all.Length)];
    }

    byte[] Spoil(byte[] frame)
    {
        switch (random.Next(8))
        {
            case 0:
                frame[random.Next(4, frame.Length)] = (byte)random.Next(256);
                break;
            case 1:
                // lengths and counts are where a parser trips
                var position = random.Next(4, frame.Length - 3);
                var count = random.Next(4) == 0 ? int.MaxValue : random.Next(-3, 300);
                BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(position), count);
                break;
            case 2:
                return Frame(w => w.WriteBytes(frame.AsSpan(4, random.Next(0, frame.Length - 4))));
            case 3 when random.Next(6) == 0:
                return frame[..random.Next(1, frame.Length)];
        }

        return frame;
    }

    byte[] Request(OpCode type) => Frame(writer =>
    {
        writer.WriteInt32(random.Next(12) == 0 ? random.Next(-9, 3) : ++xid);
        writer.WriteInt32((int)type);
        Body(type)?.Write(writer);
        if (type is OpCode.Multi or OpCode.MultiRead)
        {
            Multi(type, writer);
        }
    });

    IRecord? Body(OpCode type) => type switch
    {
        OpCode.Create or OpCode.Create2 or OpCode.CreateContainer =>
            new CreateRequest { Path = Path(), Data = Bytes(), Acl = Acl(), Flags = random.Next(-1, 8) },
        OpCode.CreateTtl =>
            new CreateTTLRequest { Path = Path(), Data = Bytes(), Acl = Acl(), Flags = random.Next(4, 7), Ttl = random.NextInt64() },
        OpCode.Delete => new DeleteRequest { Path = Path(), Version = random.Next(-1, 2) },
        OpCode.SetData => new SetDataRequest { Path = Path(), Data = Bytes(), Version = random.Next(-1, 2) },
        OpCode.SetAcl => new SetACLRequest { Path = Path(), Acl = Acl(), Version = -1 },
        OpCode.Check => new CheckVersionRequest { Path = Path(), Version = 0 },
        OpCode.GetData or OpCode.Exists => new GetDataRequest { Path = Path(), Watch = random.Next(2) == 0 },
        OpCode.GetChildren or OpCode.GetChildren2 => new GetChildrenRequest { Path = Path(), Watch = random.Next(2) == 0 },
        OpCode.GetAcl or OpCode.Sync or OpCode.GetEphemerals or OpCode.GetAllChildrenNumber or OpCode.DeleteContainer =>
            new SyncRequest { Path = Path() },
        OpCode.AddWatch or OpCode.CheckWatches or OpCode.RemoveWatches => new AddWatchRequest { Path = Path(), Mode = random.Next(-1, 7) },
        OpCode.SetWatches or OpCode.SetWatches2 =>
            new SetWatches2 { RelativeZxid = random.Next(3), DataWatches = [Path(), ""], ExistWatches = [Path()], ChildWatches = [Path()] },
        OpCode.Auth => new AuthPacket { Scheme = random.Next(2) == 0 ? "digest" : "x509", Auth = Bytes() },
        OpCode.CreateSession => random.Next(2) == 0 ? new ErrorResponse { Err = random.Next() } : null,
        _ => null,
    };

    void Multi(OpCode type, WireWriter writer)
    {
        for (var count = random.Next(4); count > 0; count--)
        {
            var one = random.Next(3) == 0 ? AnyOperation() : type == OpCode.Multi ? OpCode.SetData : OpCode.GetData;
            new MultiHeader { Type = (int)one, Done = random.Next(9) == 0, Err = -1 }.Write(writer);
            Body(one)?.Write(writer);
        }

        if (random.Next(5) > 0)
        {
            new MultiHeader { Type = -1, Done = true, Err = -1 }.Write(writer);
        }
    }

    string Path() => random.Next(8) switch
    {
        0 => "",
        1 => $"{root}/",
        2 => $"{root}/\0x",
        3 => $"{root}//x/../y",
        4 => "no slash",
        5 => $"/zookeeper/quota{root}/zookeeper_{(random.Next(2) == 0 ? "limits" : "stats")}",
        _ => $"{root}/{random.Next(4)}",
    };

    byte[]? Bytes()
    {
        if (random.Next(5) == 0)
        {
            return null;
        }

        var bytes = new byte[random.Next(64)];
        random.NextBytes(bytes);
        return bytes;
    }

    List<ACL> Acl() => random.Next(4) switch
    {
        0 => [],
        1 => [new ACL { Perms = random.Next(64), Id = new Id { Scheme = "ip", Value = "1.2.3.4/" + random.Next(-1, 40) } }],
        2 => [new ACL { Perms = 31, Id = new Id { Scheme = "auth", Value = "" } }],
        _ => [.. Acls.Open],
    };

    void Handshake(WireWriter writer)
    {
        writer.WriteInt32(0);
        writer.WriteInt64(random.Next(10) == 0 ? random.NextInt64() : 0);
        writer.WriteInt32(random.Next(-1, 20_000));
        writer.WriteInt64(random.Next(10) == 0 ? random.NextInt64() : 0);
        writer.WriteInt32(16);
        writer.WriteBytes(new byte[16]);
        writer.WriteBoolean(random.Next(2) == 0);
    }

    static byte[] Frame(Action<WireWriter> body)
    {
        using var writer = new WireWriter();
        writer.ReserveInt32();
        body(writer);
        writer.PatchInt32(0, writer.Length - 4);
        return writer.WrittenSpan.ToArray();
    }

    static byte[] Join(IEnumerable<byte[]> frames) => [.. frames.SelectMany(f => f)];
}
