using System.Collections.Immutable;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Schemas;
using Google.Protobuf.Reflection;
using Wire;

namespace Dashboard.Messages.Decoding;

/// <summary>
/// Message types of the files that a cluster's definition names: .proto files, which import each other relative to the directory that is
/// named, and compiled descriptor sets (protoc --include_imports --descriptor_set_out), whatever they are called. Read when they are first
/// needed, and again when one has changed: where they cannot be read then, those of before stay, and every body says so. Which files
/// those are stands in clusters.yaml alone: no request has the server open a file.
/// </summary>
sealed class ProtobufFiles(ImmutableArray<string> paths, TimeProvider time)
{
    /// <summary>How often they are looked at while they are used.</summary>
    internal static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    const int MostFiles = 2000;
    const int LongestFile = 16 << 20;
    const int ShownNames = 20;

    static readonly string[] extensions = [".proto", ".desc", ".pb", ".binpb", ".protoset"];

    readonly Lock gate = new();
    volatile Loaded? loaded;

    /// <summary>What was read last, for all who use it.</summary>
    /// <param name="Stamp">Of the files, as they were then.</param>
    /// <param name="Fault">Why they cannot be read as they are now; null: they can.</param>
    sealed record Loaded(IReadOnlyList<ProtobufTypes>? Sets, string Stamp, string? Fault, long At);

    /// <exception cref="UndecodableException">The bytes do not fit, there is no such message, or the files cannot be read.</exception>
    public DecodedBody Read(string message, ReadOnlyMemory<byte> bytes)
    {
        var (types, type) = Find(message);
        var read = Structured.Of(BodyFormats.Protobuf, ProtobufReader.ToJson(types, type, bytes.Span, 0));
        return loaded?.Fault is { } fault ? read with { Trouble = $"Read by the files as they were before: {fault}." } : read;
    }

    /// <summary>Why what was found last is of the files as they were before; null: it is of those that are there.</summary>
    public CodedText? Outdated => loaded is { Sets: not null, Fault: { } fault }
        ? CodedText.Of("oldFiles", $"The .proto files are used as they were before, since they cannot be read as they are now: {fault}.")
        : null;

    /// <exception cref="UndecodableException">There is no such message, or the files cannot be read.</exception>
    public (ProtobufTypes Types, ProtobufMessage Message) Find(string message)
    {
        var sets = Sets();
        foreach (var types in sets)
        {
            if (types.Find(message) is { } type)
            {
                return (types, type);
            }
        }

        var names = sets.SelectMany(types => types.Names).Where(n => !n.StartsWith("google.", StringComparison.Ordinal)).ToList();
        throw new UndecodableException(
            paths.Length == 0
                ? $"there is no message {message}: the cluster's definition names no .proto files (protobuf: in clusters.yaml)"
                : $"there is no message {message} in its .proto files; there are {string.Join(", ", names.Take(ShownNames))}");
    }

    IReadOnlyList<ProtobufTypes> Sets()
    {
        var known = loaded;
        if (known is null || time.GetElapsedTime(known.At) >= Pace)
        {
            lock (gate)
            {
                known = loaded;
                if (known is null || time.GetElapsedTime(known.At) >= Pace)
                {
                    loaded = known = Look(known);
                }
            }
        }

        return known.Sets ?? throw new UndecodableException(known.Fault!);
    }

    Loaded Look(Loaded? before)
    {
        var stamp = before?.Stamp ?? "";
        try
        {
            // before they are read: what changes meanwhile is seen the next time
            stamp = Stamp();
            return stamp == before?.Stamp ? before with { At = time.GetTimestamp() } : new(Load(), stamp, null, time.GetTimestamp());
        }
        catch (Exception e) when (e is UndecodableException or IOException or UnauthorizedAccessException)
        {
            var fault = e is UndecodableException ? e.Message : $"the .proto files of the cluster's definition cannot be read: {e.Message}";
            // with the new stamp: a set that cannot be read is tried again only once it changed
            return new(before?.Sets, stamp, fault, time.GetTimestamp());
        }
    }

    /// <summary>Names, lengths and times: another one when a file has changed, came or went.</summary>
    string Stamp() => string.Join('\n', Files().Select(one =>
        $"{one.File} {new FileInfo(one.File) switch { { Exists: true } i => $"{i.Length} {i.LastWriteTimeUtc.Ticks}", _ => "" }}"));

    IEnumerable<(string Directory, string File)> Files() => paths.SelectMany(path =>
    {
        var directory = Directory.Exists(path) ? path : Path.GetDirectoryName(path)!;
        var files = Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories) : [path];
        return files.Take(MostFiles).Where(file => file == path || extensions.Contains(Path.GetExtension(file)))
            .Select(file => (directory, file));
    });

    List<ProtobufTypes> Load()
    {
        try
        {
            var sets = new List<ProtobufTypes>();
            var sources = new Dictionary<string, string>();
            foreach (var (directory, file) in Files())
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
