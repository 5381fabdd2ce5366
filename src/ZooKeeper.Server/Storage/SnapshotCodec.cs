using System.Text;
using Wire;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Storage;

/// <summary>
/// Sessions, ACLs and nodes in the order of Apache's SerializeUtils.serializeSnapshot: int32 count of sessions, each (int64 id, int32
/// timeout); int32 count of ACL lists, each (int64 number, vector of ACL); nodes as (ustring path, buffer data, int64 ACL number,
/// StatPersisted), the root's path empty; the path "/" ends them.
/// </summary>
static class SnapshotCodec
{
    /// <summary>A snapshot of gigabytes is no array of gigabytes, and what is below this does not matter.</summary>
    const int ChunkSize = 1 << 20;

    /// <summary>A chunk ends with room left for a node of usual size, so that the buffer seldom has to grow.</summary>
    const int UsualNode = 4096;

    /// <summary>More sessions or ACL lists than any server holds: a count that is damaged must not make a loop of billions.</summary>
    const int MostEntries = 100_000_000;

    /// <summary>Bytes of a StatPersisted.</summary>
    const int StatLength = 60;

    /// <summary>
    /// Serializes at one point of the order: on the loop, so nothing changes meanwhile; about 10 ms for 100,000 small nodes.
    /// </summary>
    public static SnapshotImage Write(DataTree tree, IReadOnlyDictionary<long, int> sessions)
    {
        var chunks = new List<ReadOnlyMemory<byte>>();
        using var writer = new WireWriter(ChunkSize);
        WriteSessions(writer, sessions);
        WriteAcls(writer, tree.Acls);
        foreach (var (path, node) in tree.InOrder())
        {
            WriteNode(writer, path == SpecialPaths.Root ? "" : path, node);
            if (writer.Length >= ChunkSize - UsualNode)
            {
                chunks.Add(writer.WrittenSpan.ToArray());
                writer.Clear();
            }
        }

        WriteText(writer, SpecialPaths.Root);
        chunks.Add(writer.WrittenSpan.ToArray());
        return new SnapshotImage(tree.LastProcessedZxid, chunks);
    }

    /// <summary>
    /// Takes exactly the bytes of one serialized state from the stream. LastProcessedZxid of its tree is for the caller to set.
    /// </summary>
    /// <exception cref="WireFormatException">Absurd lengths or counts.</exception>
    /// <exception cref="InvalidDataException">Nodes without parents, ACLs that are missing.</exception>
    /// <exception cref="EndOfStreamException">It ends too early.</exception>
    public static RestoredState Read(Stream stream) => Read(new JuteStreamReader(stream));

    public static RestoredState Read(JuteStreamReader reader)
    {
        var sessions = new Dictionary<long, int>();
        for (var count = Count(reader); count > 0; count--)
        {
            var id = reader.ReadInt64();
            sessions[id] = reader.ReadInt32();
        }

        var tree = new DataTree();
        tree.Clear();
        ReadAcls(reader, tree.Acls);
        for (var path = reader.ReadString(); path != SpecialPaths.Root; path = reader.ReadString())
        {
            var data = reader.ReadBuffer();
            var acl = reader.ReadInt64();
            var stat = new WireReader(reader.ReadExactly(StatLength));
            tree.Restore(path.Length == 0 ? SpecialPaths.Root : path, data, acl, StatPersisted.Read(ref stat));
        }

        tree.RestoreEnd();
        return new RestoredState(tree, sessions);
    }

    static void WriteSessions(WireWriter writer, IReadOnlyDictionary<long, int> sessions)
    {
        writer.WriteInt32(sessions.Count);
        foreach (var (id, timeout) in sessions)
        {
            writer.WriteInt64(id);
            writer.WriteInt32(timeout);
        }
    }

    static void WriteAcls(WireWriter writer, AclCache acls)
    {
        writer.WriteInt32(acls.Count);
        foreach (var (number, acl) in acls.Lists)
        {
            writer.WriteInt64(number);
            writer.WriteInt32(acl.Count);
            acl.ForEach(a => a.Write(writer));
        }
    }

    static void ReadAcls(JuteStreamReader reader, AclCache acls)
    {
        for (var count = Count(reader); count > 0; count--)
        {
            var number = reader.ReadInt64();
            var list = new List<ACL>();
            for (var entries = Count(reader); entries > 0; entries--)
            {
                var perms = reader.ReadInt32();
                var scheme = reader.ReadString();
                list.Add(new ACL { Perms = perms, Id = new Id { Scheme = scheme, Value = reader.ReadString() } });
            }

            acls.Restore(number, list);
        }
    }

    static void WriteNode(WireWriter writer, string path, DataNode node)
    {
        WriteText(writer, path);
        writer.WriteInt32(node.Data?.Length ?? -1);
        writer.WriteBytes(node.Data);
        writer.WriteInt64(node.Acl);
        node.Stat.Write(writer);
    }

    static void WriteText(WireWriter writer, string text)
    {
        writer.WriteInt32(Encoding.UTF8.GetByteCount(text));
        writer.WriteUtf8(text);
    }

    static int Count(JuteStreamReader reader)
    {
        var count = reader.ReadInt32();
        // -1 is how jute writes null
        return count is >= -1 and < MostEntries ? count : throw new WireFormatException($"A count of {count} in a snapshot.");
    }
}
