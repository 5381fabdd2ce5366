using System.Collections.Immutable;
using Wire.Generator.Model;

namespace Wire.Generator.Emitting;

/// <summary>Writes the classes that list all messages: <c>KafkaMessages</c> by API key, <c>Records</c> by name.</summary>
static class RegistryEmitter
{
    public static string EmitKafka(ImmutableArray<MessageHeader> headers, string space)
    {
        // sorted: files come in the order of the file system, and the generated text must not depend on it
        var requests = OfKind(MessageKind.Request, headers).Sort(static (a, b) => a.Key.CompareTo(b.Key));
        var responses = OfKind(MessageKind.Response, headers).Sort(static (a, b) => a.Key.CompareTo(b.Key));
        var structs = OfKind(MessageKind.Struct, headers).Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        var code = CodeWriter.File(space);
        code.Line("/// <summary>All requests and responses by API key, and all structs by name.</summary>");
        code.Open("public static class KafkaMessages");
        code.Line("/// <summary>API keys of the requests, ascending.</summary>");
        EmitList("IReadOnlyList<short> Keys", "short", requests, static one => $"{one.Key}", code);
        code.Line("/// <summary>Names of the requests without the word Request, in the order of <see cref=\"Keys\"/>.</summary>");
        EmitList("IReadOnlyList<string> Names", "string", requests, static one => $"\"{one.Name}\"", code);
        code.Line("/// <summary>Structs that are no part of a message, with their versions.</summary>");
        const string Tuple = "(string Name, short Min, short Max)";
        EmitList(
            $"IReadOnlyList<{Tuple}> Structs",
            Tuple,
            structs,
            static one => $"(\"{one.Name}\", {one.Versions.Low}, {one.Versions.High})",
            code);

        code.Line("/// <summary>The versions of a request, or null for a key without one.</summary>");
        code.Open("public static (short Min, short Max)? Versions(short key) => key switch");
        foreach (var one in requests)
        {
            code.Line($"{one.Key} => ({one.Versions.Low}, {one.Versions.High}),");
        }

        code.Line("_ => null,");
        code.Close(";");
        EmitReader("global::Kafka.Protocol.IKafkaRequest ReadRequest", requests, code);
        EmitReader("global::Kafka.Protocol.IKafkaResponse ReadResponse", responses, code);
        code.Line();
        code.Line("/// <exception cref=\"WireFormatException\">Not that struct, or none of that name.</exception>");
        code.Open(
            "public static global::Kafka.Protocol.IKafkaMessage ReadStruct(string name, ref WireReader r, short version) => name switch");
        foreach (var one in structs)
        {
            code.Line($"\"{one.Name}\" => {one.Name}.Read(ref r, version),");
        }

        code.Line("_ => throw new WireFormatException($\"There is no struct {name}.\"),");
        code.Close(";");
        code.Close();
        return code.ToString();
    }

    public static string EmitJute(ImmutableArray<MessageHeader> headers, string space)
    {
        var records = OfKind(MessageKind.Record, headers).Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        var code = CodeWriter.File(space);
        code.Line("/// <summary>All jute records by name.</summary>");
        code.Open("public static class Records");
        EmitList("IReadOnlyList<string> Names", "string", records, static one => $"\"{one.Name}\"", code);
        code.Line("/// <exception cref=\"WireFormatException\">Not that record, or none of that name.</exception>");
        code.Open("public static global::ZooKeeper.Protocol.IRecord Read(string name, ref WireReader r) => name switch");
        foreach (var one in records)
        {
            code.Line($"\"{one.Name}\" => {one.Name}.Read(ref r),");
        }

        code.Line("_ => throw new WireFormatException($\"There is no record {name}.\"),");
        code.Close(";");
        code.Close();
        return code.ToString();
    }

    static ImmutableArray<MessageHeader> OfKind(MessageKind kind, ImmutableArray<MessageHeader> headers) =>
        headers.RemoveAll(one => one.Kind != kind);

    static void EmitReader(string signature, ImmutableArray<MessageHeader> headers, CodeWriter code)
    {
        code.Line();
        code.Line(
            "/// <exception cref=\"WireFormatException\">"
            + "The bytes are not that message in that version, or the key is unknown.</exception>");
        code.Open($"public static {signature}(short key, ref WireReader r, short version) => key switch");
        foreach (var one in headers)
        {
            code.Line($"{one.Key} => {one.ClassName}.Read(ref r, version),");
        }

        code.Line("_ => throw new WireFormatException($\"There is no API key {key}.\"),");
        code.Close(";");
    }

    static void EmitList(
        string declaration, string type, ImmutableArray<MessageHeader> headers, Func<MessageHeader, string> item, CodeWriter code)
    {
        code.Open($"public static {declaration} {{ get; }} = new {type}[]");
        foreach (var one in headers)
        {
            code.Line(item(one) + ",");
        }

        code.Close(";");
        code.Line();
    }
}
