using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Client;

/// <summary>One operation of a multi.</summary>
public sealed class Op
{
    Op(OpCode code, string path, Func<string, IRecord> record, bool sequential = false)
    {
        ZooKeeperPath.Validate(path, sequential);
        Code = code;
        Path = path;
        Record = record;
    }

    /// <summary>Create or CreateContainer, Delete, SetData, Check.</summary>
    public OpCode Code { get; }

    /// <summary>Without the chroot.</summary>
    public string Path { get; }

    /// <summary>Makes the record for the path with the chroot before it.</summary>
    internal Func<string, IRecord> Record { get; }

    /// <summary>As <see cref="ZooKeeperClient.CreateAsync"/>; a node with a time to live cannot be made in a multi.</summary>
    /// <exception cref="ArgumentException">The mode has a time to live, or the path is none.</exception>
    public static Op Create(
        string path, ReadOnlyMemory<byte>? data, CreateMode mode = CreateMode.Persistent, IReadOnlyList<ACL>? acl = null)
    {
        if (mode.IsTtl())
        {
            throw new ArgumentException("A node with a time to live needs one.", nameof(mode));
        }

        return new Op(
            mode.ToOpCode(OpCode.Create),
            path,
            p => new CreateRequest { Path = p, Data = data, Acl = [.. acl ?? Acls.Open], Flags = (int)mode },
            mode.IsSequential());
    }

    /// <summary>The version is the one expected, or -1 for any.</summary>
    public static Op Delete(string path, int version = -1) =>
        new(OpCode.Delete, path, p => new DeleteRequest { Path = p, Version = version });

    /// <summary>The version is the one expected, or -1 for any.</summary>
    public static Op SetData(string path, ReadOnlyMemory<byte> data, int version = -1) =>
        new(OpCode.SetData, path, p => new SetDataRequest { Path = p, Data = data, Version = version });

    /// <summary>Fails the whole multi unless the node exists and, unless it is -1, has this version.</summary>
    public static Op Check(string path, int version = -1) =>
        new(OpCode.Check, path, p => new CheckVersionRequest { Path = p, Version = version });
}

/// <summary>What one operation of a multi did. Path: of a create, the name given. Stat: of setData.</summary>
public sealed record OpResult(OpCode Code, string? Path = null, Stat? Stat = null);
