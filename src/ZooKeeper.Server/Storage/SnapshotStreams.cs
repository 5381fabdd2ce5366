using System.IO.Compression;

namespace ZooKeeper.Server.Storage;

/// <summary>
/// How the bytes of a snapshot lie in its file, by the file's last extension (org.apache.zookeeper.server.persistence.SnapStream): none as
/// they are, .gz with gzip, .snappy in the blocks of <see cref="SnappyStream"/>. The checksum inside is of what is not compressed.
/// </summary>
static class SnapshotStreams
{
    public const string Gzip = "gz";
    public const string Snappy = "snappy";

    public static bool IsKnown(string extension) => extension is "" or Gzip or Snappy;

    /// <exception cref="InvalidDataException">The file does not begin as its extension says.</exception>
    public static Stream Reading(string path, Stream file) => Path.GetExtension(path) switch
    {
        "." + Gzip => new GZipStream(file, CompressionMode.Decompress),
        "." + Snappy => SnappyStream.Reading(file),
        _ => file,
    };

    /// <summary>Has to be disposed before the file is: the end of what is compressed comes then.</summary>
    public static Stream Writing(string path, Stream file) => Path.GetExtension(path) switch
    {
        "." + Gzip => new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true),
        "." + Snappy => SnappyStream.Writing(file),
        _ => file,
    };
}
