using System.Text.Json;
using Avro;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Schemas;

namespace Dashboard.Messages.Registry;

/// <summary>
/// A schema ready to read and write with. Bodies are what follows the id; those of protobuf begin with the path to a message.
/// </summary>
abstract class BodySchema(RegisteredSchema registered)
{
    /// <summary>Steps into messages within messages.</summary>
    const int LongestPath = 64;

    public RegisteredSchema Registered => registered;

    /// <exception cref="UndecodableException">The bytes do not fit, or the schema itself cannot be read.</exception>
    public abstract ReadOnlyMemory<byte> ToJson(ReadOnlyMemory<byte> body, int origin);

    /// <exception cref="BodyMismatchException">It does not fit; names the field.</exception>
    /// <exception cref="UndecodableException">The schema itself cannot be read.</exception>
    public abstract void Write(JsonElement value, Stream output);

    /// <summary>
    /// Takes the indexes that protobuf's messages have in front (Confluent's wire format: a count, then as many, zigzag varints; a single
    /// 0 stands for the first message). In a header they follow the id there.
    /// </summary>
    public virtual BodySchema Within(ref ByteCursor cursor) => this;

    /// <summary>Of protobuf the whole name of the message that bodies are read and written as; null of others.</summary>
    public virtual string? Message => null;

    /// <summary>To write another message than the first: one of the schema's own file, also within others.</summary>
    /// <param name="message">Its name with those it is within, with or without the package.</param>
    /// <exception cref="BodyMismatchException">There is none; says which there are.</exception>
    public virtual BodySchema Named(string message) =>
        throw new BodyMismatchException("$", $"a schema of type {registered.Type} has no messages to choose from");

    /// <summary>What cannot be read of the schema is reported when a body is read with it.</summary>
    public static BodySchema Of(RegisteredSchema registered, IReadOnlyList<(string Name, RegisteredSchema Schema)> references)
    {
        try
        {
            return registered.Type switch
            {
                "AVRO" => new AvroSchema(registered, references),
                "PROTOBUF" => new ProtobufSchema(registered, references),
                "JSON" => new JsonBodySchema(registered, references),
                _ => new Unreadable(registered, $"schemas of type {registered.Type} are not read"),
            };
        }
        // libraries throw all of these for a wrong schema; it is kept as unreadable, so that it is not fetched and parsed for every record
        catch (Exception e) when (e is AvroException or UndecodableException or JsonException or ArgumentException
            or InvalidOperationException or NotSupportedException or Newtonsoft.Json.JsonException or KeyNotFoundException
            or NullReferenceException or FormatException or InvalidCastException)
        {
            return new Unreadable(registered, $"schema {registered.Id} cannot be read: {e.Message}");
        }
    }

    sealed class Unreadable(RegisteredSchema registered, string why) : BodySchema(registered)
    {
        public override ReadOnlyMemory<byte> ToJson(ReadOnlyMemory<byte> body, int origin) => throw new UndecodableException(why);

        public override void Write(JsonElement value, Stream output) => throw new UndecodableException(why);
    }

    sealed class AvroSchema : BodySchema
    {
        readonly Schema schema;

        public AvroSchema(RegisteredSchema registered, IReadOnlyList<(string Name, RegisteredSchema Schema)> references)
            : base(registered)
        {
            var names = new SchemaNames();
            foreach (var (_, reference) in references)
            {
                // only for the names: the schema that refers to them is parsed with them in place
                Schema.Parse(reference.Text, names, null);
            }

            schema = Schema.Parse(registered.Text, names, null)
                ?? throw new UndecodableException("it names a type that it does not define");
        }

        public override ReadOnlyMemory<byte> ToJson(ReadOnlyMemory<byte> body, int origin) =>
            AvroReader.ToJson(schema, body.Span, origin);

        public override void Write(JsonElement value, Stream output) => AvroWriter.Write(schema, value, output);
    }

    sealed class ProtobufSchema : BodySchema
    {
        const string Main = "default.proto";

        /// <summary>Named where one is asked for that there is not.</summary>
        const int ShownNames = 20;

        readonly ProtobufTypes types;
        readonly ProtobufMessage message;
        readonly IReadOnlyList<int> path = [0];

        public ProtobufSchema(RegisteredSchema registered, IReadOnlyList<(string Name, RegisteredSchema Schema)> references)
            : base(registered)
        {
            var sources = references.DistinctBy(r => r.Name).ToDictionary(r => r.Name, r => r.Schema.Text);
            sources[Main] = registered.Text;
            types = ProtobufTypes.Parse(sources, Main);
            message = types.Find([0]) ?? throw new UndecodableException("the schema has no message");
        }

        ProtobufSchema(RegisteredSchema registered, ProtobufTypes types, ProtobufMessage message, IReadOnlyList<int> path)
            : base(registered) => (this.types, this.message, this.path) = (types, message, path);

        public override string Message => message.FullName;

        public override BodySchema Named(string message)
        {
            var own = types.PathOf(message) ?? types.PathOf(types.InPackage(message));
            return own is null
                ? throw new BodyMismatchException(
                    "$", $"the schema has no message {message} of its own; it has "
                        + string.Join(", ", types.Names.Where(name => types.PathOf(name) is not null).Take(ShownNames)))
                : new ProtobufSchema(Registered, types, types.Find(own)!, own);
        }

        public override BodySchema Within(ref ByteCursor cursor)
        {
            var at = cursor.At;
            var count = cursor.ZigZag();
            if (count is < 0 or > LongestPath)
            {
                throw new UndecodableException($"a path of {count} steps to a message", at);
            }

            var path = new List<int>();
            for (var i = 0; i < count; i++)
            {
                path.Add((int)Math.Clamp(cursor.ZigZag(), -1, int.MaxValue));
            }

            // by Confluent's format the first message, which almost all records have, is a single 0
            path = count == 0 ? [0] : path;
            return new ProtobufSchema(
                Registered, types,
                types.Find(path) ?? throw new UndecodableException($"the schema has no message [{string.Join(", ", path)}]", at), path);
        }

        public override ReadOnlyMemory<byte> ToJson(ReadOnlyMemory<byte> body, int origin) =>
            ProtobufReader.ToJson(types, message, body.Span, origin);

        public override void Write(JsonElement value, Stream output)
        {
            WritePath(output);
            ProtobufWriter.Write(types, message, value, output);
        }

        /// <summary>The opposite of <see cref="Within"/>. A zigzag number that is not negative is twice itself.</summary>
        void WritePath(Stream output)
        {
            if (path is [0])
            {
                output.WriteByte(0);
                return;
            }

            foreach (var step in path.Prepend(path.Count))
            {
                // zig-zag of what is never negative
                Wire.Varint.Write(output, (ulong)step * 2);
            }
        }
    }
}
