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

    /// <summary>What cannot be read of the schema is told when a body is read with it.</summary>
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

        readonly ProtobufTypes types;
        readonly ProtobufMessage message;

        public ProtobufSchema(RegisteredSchema registered, IReadOnlyList<(string Name, RegisteredSchema Schema)> references)
            : base(registered)
        {
            var sources = references.DistinctBy(r => r.Name).ToDictionary(r => r.Name, r => r.Schema.Text);
            sources[Main] = registered.Text;
            types = ProtobufTypes.Parse(sources, Main);
            message = types.Find([0]) ?? throw new UndecodableException("the schema has no message");
        }

        ProtobufSchema(RegisteredSchema registered, ProtobufTypes types, ProtobufMessage message)
            : base(registered) => (this.types, this.message) = (types, message);

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

            return new ProtobufSchema(
                Registered, types,
                types.Find(count == 0 ? [0] : path)
                    ?? throw new UndecodableException($"the schema has no message [{string.Join(", ", path)}]", at));
        }

        public override ReadOnlyMemory<byte> ToJson(ReadOnlyMemory<byte> body, int origin) =>
            ProtobufReader.ToJson(types, message, body.Span, origin);

        /// <summary>As the first message of the file.</summary>
        public override void Write(JsonElement value, Stream output)
        {
            output.WriteByte(0);
            ProtobufWriter.Write(types, message, value, output);
        }
    }
}
