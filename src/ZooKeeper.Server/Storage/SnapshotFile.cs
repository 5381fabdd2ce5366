using Wire;
using Wire.Files;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Storage;

/// <summary>
/// A snapshot file (org.apache.zookeeper.server.persistence.FileSnap): FileHeader (magic ZKSN, version 2, dbid -1), the state of
/// <see cref="SnapshotCodec"/>, then a seal: int64 Adler-32 of everything before it and the ustring "/". Apache adds a digest of the tree
/// after that and reads files without one. With snapshot.compression.method all of it is compressed (<see cref="SnapshotStreams"/>); how a
/// file is read depends on its name, not on the present setting. Written under another name, fsynced and renamed: a crash or a failed write
/// leaves no half snapshot under a snapshot's name.
/// </summary>
static class SnapshotFile
{
    const int Magic = 0x5a4b534e;
    const int Version = 2;

    public static void Write(IDisk disk, StoreFiles files, SnapshotImage image)
    {
        var target = files.SnapshotPath(image.Zxid);
        using (var file = disk.CreateBeside(target))
        {
            using (var stream = SnapshotStreams.Writing(target, new DiskFileStream(file)))
            {
                Write(stream, image);
            }

            file.Sync();
        }

        disk.PutInPlace(target);
    }

    static void Write(Stream stream, SnapshotImage image)
    {
        using var head = new WireWriter();
        new FileHeader { Magic = Magic, Version = Version, Dbid = -1 }.Write(head);
        var sum = new Adler32();
        sum.Add(head.WrittenSpan);
        stream.Write(head.WrittenSpan);
        foreach (var chunk in image.Chunks)
        {
            sum.Add(chunk.Span);
            stream.Write(chunk.Span);
        }

        head.Clear();
        head.WriteInt64(sum.Value);
        head.WriteInt32(1);
        head.WriteUtf8("/");
        stream.Write(head.WrittenSpan);
    }

    /// <exception cref="InvalidDataException">Not a snapshot, not whole, or its checksum is wrong.</exception>
    public static RestoredState Read(string path, long zxid)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 18);
        using var stream = new BufferedStream(SnapshotStreams.Reading(path, file), 1 << 16);
        var reader = new JuteStreamReader(stream);
        try
        {
            if (reader.ReadInt32() != Magic || reader.ReadInt32() != Version)
            {
                throw new InvalidDataException($"{path} is not a snapshot of version {Version}.");
            }

            reader.ReadInt64(); // dbid
            var state = SnapshotCodec.Read(reader);
            var sum = reader.Checksum;
            if (reader.ReadInt64() != sum || reader.ReadString() != SpecialPaths.Root)
            {
                throw new InvalidDataException($"{path}: the checksum is wrong.");
            }

            state.Tree.LastProcessedZxid = zxid;
            return state;
        }
        catch (Exception e) when (e is EndOfStreamException or WireFormatException)
        {
            throw new InvalidDataException($"{path} is not whole: {e.Message}", e);
        }
    }
}
