using Dashboard.Messages.Bytes;
using Google.Protobuf.Reflection;
using FieldType = Google.Protobuf.Reflection.FieldDescriptorProto.Type;

namespace Dashboard.Messages.Schemas;

/// <param name="Name">As the .proto file has it.</param>
/// <param name="TypeName">Of a message or an enum, whole, without a dot in front; else empty.</param>
/// <param name="HasDefault">Left out on the wire it has its type's zero: proto3 without optional and oneof.</param>
sealed record ProtobufField(int Number, string Name, FieldType Type, bool IsRepeated, string TypeName, bool HasDefault)
{
    /// <summary>lowerCamelCase, as protobuf's own JSON has it; taken when JSON is read.</summary>
    public string JsonName { get; } = Camel(Name);

    static string Camel(string name) => string.Concat(
        name.Split('_', StringSplitOptions.RemoveEmptyEntries)
            .Select((part, i) => i == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..]));
}

/// <param name="IsMapEntry">It is what a map has on the wire: key 1, value 2.</param>
sealed record ProtobufMessage(string FullName, IReadOnlyDictionary<int, ProtobufField> Fields, bool IsMapEntry);

/// <summary>Message types of some .proto files, by their whole names. Immutable.</summary>
sealed class ProtobufTypes
{
    const int LongestSource = 1 << 20;
    const int DeepestSource = 64;

    readonly Dictionary<string, ProtobufMessage> messages = [];
    readonly Dictionary<string, Dictionary<int, string>> enums = [];
    readonly FileDescriptorProto? main;

    /// <param name="main">The file that indexes of messages are counted in.</param>
    ProtobufTypes(IEnumerable<FileDescriptorProto> files, string? main)
    {
        foreach (var file in files)
        {
            this.main ??= file.Name == main ? file : null;
            var package = string.IsNullOrEmpty(file.Package) ? "" : $"{file.Package}.";
            file.EnumTypes.ForEach(type => Add(package, type));
            file.MessageTypes.ForEach(type => Add(package, type, file.Syntax == "proto3"));
        }
    }

    public IEnumerable<string> Names => messages.Values.Where(m => !m.IsMapEntry).Select(m => m.FullName);

    /// <param name="sources">Text of .proto files by the names they are imported under.</param>
    /// <exception cref="UndecodableException">One cannot be read; says which, and the line.</exception>
    public static ProtobufTypes Parse(IReadOnlyDictionary<string, string> sources, string? main)
    {
        // an import that is not among the sources must not become a look into the server's files
        var set = new FileDescriptorSet { FileSystem = new NoFiles() };
        foreach (var (name, text) in sources)
        {
            // before parsing: the parser calls itself for each block, and a stack that is too small ends the process
            Check(name, text);
            set.Add(name, includeInOutput: true, new StringReader(text));
        }

        set.Process();
        var fault = set.GetErrors().FirstOrDefault(error => error.IsError);
        return fault is null
            ? new ProtobufTypes(set.Files, main)
            : throw new UndecodableException($"{fault.File} line {fault.LineNumber}: {fault.Message}");
    }

    /// <summary>Of a compiled set (protoc --include_imports --descriptor_set_out).</summary>
    public static ProtobufTypes Of(FileDescriptorSet compiled) => new(compiled.Files, null);

    public ProtobufMessage? Find(string fullName) => messages.GetValueOrDefault(fullName);

    public string? EnumName(string type, int number) => enums.GetValueOrDefault(type)?.GetValueOrDefault(number);

    public int? EnumNumber(string type, string name) =>
        enums.GetValueOrDefault(type)?.Where(v => v.Value == name).Select(v => (int?)v.Key).FirstOrDefault();

    /// <param name="path">Into the messages of the main file, then into those within each: Confluent's message indexes.</param>
    public ProtobufMessage? Find(IReadOnlyList<int> path)
    {
        var (found, name) = ((DescriptorProto?)null, string.IsNullOrEmpty(main?.Package) ? "" : $"{main.Package}.");
        foreach (var index in path)
        {
            var among = found is null ? main?.MessageTypes : found.NestedTypes;
            if (among is null || index < 0 || index >= among.Count)
            {
                return null;
            }

            name = found is null ? name : $"{name}.";
            found = among[index];
            name += found.Name;
        }

        return Find(name);
    }

    /// <summary>A name of the main file, whole.</summary>
    public string InPackage(string name) => string.IsNullOrEmpty(main?.Package) ? name : $"{main.Package}.{name}";

    /// <summary>The opposite: where a message stands in the main file; null when it is not in it.</summary>
    public IReadOnlyList<int>? PathOf(string fullName)
    {
        return main is null ? null : Within(main.MessageTypes, string.IsNullOrEmpty(main.Package) ? "" : $"{main.Package}.");

        IReadOnlyList<int>? Within(List<DescriptorProto> types, string prefix)
        {
            for (var i = 0; i < types.Count; i++)
            {
                var name = prefix + types[i].Name;
                if (name == fullName)
                {
                    return [i];
                }

                if (fullName.StartsWith($"{name}.", StringComparison.Ordinal) && Within(types[i].NestedTypes, $"{name}.") is { } rest)
                {
                    return [i, .. rest];
                }
            }

            return null;
        }
    }

    /// <summary>The parser calls itself for each block within a block.</summary>
    static void Check(string name, string text)
    {
        var (depth, deepest) = (0, 0);
        foreach (var c in text)
        {
            depth += c switch { '{' => 1, '}' => -1, _ => 0 };
            deepest = Math.Max(deepest, depth);
        }

        if (text.Length > LongestSource || deepest > DeepestSource)
        {
            throw new UndecodableException(
                $"{name}: a .proto file has at most {LongestSource >> 20} MiB here, and {DeepestSource} blocks within each other");
        }
    }

    void Add(string prefix, EnumDescriptorProto type) =>
        enums[prefix + type.Name] = type.Values.GroupBy(v => v.Number).ToDictionary(v => v.Key, v => v.First().Name);

    void Add(string prefix, DescriptorProto type, bool hasDefaults)
    {
        var name = prefix + type.Name;
        messages[name] = new ProtobufMessage(
            name,
            type.Fields.GroupBy(f => f.Number).ToDictionary(f => f.Key, f => Field(f.First(), hasDefaults)),
            type.Options?.MapEntry == true);
        type.EnumTypes.ForEach(nested => Add($"{name}.", nested));
        type.NestedTypes.ForEach(nested => Add($"{name}.", nested, hasDefaults));
    }

    static ProtobufField Field(FieldDescriptorProto field, bool hasDefaults)
    {
        var isRepeated = field.label == FieldDescriptorProto.Label.LabelRepeated;
        return new(
            field.Number, field.Name, field.type, isRepeated, field.TypeName?.TrimStart('.') ?? "",
            // of proto3 an absent scalar is its default; with "optional", in a oneof and for messages absence is something of its own
            hasDefaults && !isRepeated && !field.Proto3Optional && !field.ShouldSerializeOneofIndex()
                && field.type is not (FieldType.TypeMessage or FieldType.TypeGroup));
    }

    /// <summary>What a schema imports is given with it, or belongs to protobuf: no file of this machine is opened.</summary>
    sealed class NoFiles : IFileSystem
    {
        public bool Exists(string path) => false;

        public TextReader OpenText(string path) => throw new FileNotFoundException(path);
    }
}
