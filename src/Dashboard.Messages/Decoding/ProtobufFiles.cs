using System.Collections.Immutable;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Schemas;
using Google.Protobuf.Reflection;

namespace Dashboard.Messages.Decoding;

/// <summary>
/// Message types of the files that a cluster's definition names: .proto files, which import each other relative to the directory that is
/// named, and compiled descriptor sets (protoc --include_imports --descriptor_set_out), whatever they are called. Read when they are first
/// needed. Which files those are stands in clusters.yaml alone: nobody has the server open a file through REST.
/// </summary>
sealed class ProtobufFiles(ImmutableArray<string> paths)
{
    const int MostFiles = 2000;
    const int LongestFile = 16 << 20;
    const int ShownNames = 20;

    static readonly string[] extensions = [".proto", ".desc", ".pb", ".binpb", ".protoset"];

    readonly Lazy<IReadOnlyList<ProtobufTypes>> sets = new(() => Load(paths));

    /// <exception cref="UndecodableException">The bytes do not fit, there is no such message, or the files cannot be read.</exception>
    public DecodedBody Read(string message, ReadOnlyMemory<byte> bytes)
    {
        var (types, type) = Find(message);
        return Structured.Of(BodyFormats.Protobuf, ProtobufReader.ToJson(types, type, bytes.Span, 0));
    }

    /// <exception cref="UndecodableException">There is no such message, or the files cannot be read.</exception>
    public (ProtobufTypes Types, ProtobufMessage Message) Find(string message)
    {
        foreach (var types in sets.Value)
        {
            if (types.Find(message) is { } type)
            {
                return (types, type);
            }
        }

        var names = sets.Value.SelectMany(types => types.Names).Where(n => !n.StartsWith("google.", StringComparison.Ordinal)).ToList();
        throw new UndecodableException(
            paths.Length == 0
                ? $"there is no message {message}: the cluster's definition names no .proto files (protobuf: in clusters.yaml)"
                : $"there is no message {message} in its .proto files; there are {string.Join(", ", names.Take(ShownNames))}");
    }

    static List<ProtobufTypes> Load(ImmutableArray<string> paths)
    {
        try
        {
            var sets = new List<ProtobufTypes>();
            var sources = new Dictionary<string, string>();
            foreach (var path in paths)
            {
                var directory = Directory.Exists(path) ? path : Path.GetDirectoryName(path)!;
                var files = Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories) : [path];
                foreach (var file in files.Take(MostFiles).Where(file => file == path || extensions.Contains(Path.GetExtension(file))))
                {
                    if (new FileInfo(file).Length > LongestFile)
                    {
                        throw new UndecodableException($"{file}: longer than {LongestFile >> 20} MiB");
                    }

                    if (Path.GetExtension(file) == ".proto")
                    {
                        sources.TryAdd(Path.GetRelativePath(directory, file).Replace('\\', '/'), File.ReadAllText(file));
                    }
                    else
                    {
                        using var compiled = File.OpenRead(file);
                        sets.Add(ProtobufTypes.Of(ProtoBuf.Serializer.Deserialize<FileDescriptorSet>(compiled)));
                    }
                }
            }

            if (sources.Count > 0)
            {
                sets.Add(ProtobufTypes.Parse(sources, null));
            }

            return sets;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ProtoBuf.ProtoException or InvalidOperationException)
        {
            throw new UndecodableException($"the .proto files of the cluster's definition cannot be read: {e.Message}");
        }
    }
}
