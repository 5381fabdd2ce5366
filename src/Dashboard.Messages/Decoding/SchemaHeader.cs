using System.Buffers.Binary;
using Dashboard.Messages.Bytes;

namespace Dashboard.Messages.Decoding;

/// <summary>
/// A schema's id in a record's header, as Confluent's serializers put it there instead of in front of the body: a 1 and a GUID of 16 bytes,
/// or a 0 and an id of four; for protobuf the path to the message follows.
/// </summary>
/// <param name="Id">0 with a GUID.</param>
readonly record struct SchemaHeader(int Id, Guid? Guid, ReadOnlyMemory<byte> Rest)
{
    const string OfKey = "__key_schema_id";
    const string OfValue = "__value_schema_id";

    /// <summary>Null without one. The last of several counts, as with Kafka's lastHeader.</summary>
    public static SchemaHeader? Find(RecordBody body)
    {
        var name = body.Part == BodyPart.Key ? OfKey : OfValue;
        for (var i = body.Headers.Length - 1; i >= 0; i--)
        {
            if (body.Headers[i] is { Value: { } value } header && header.Name == name)
            {
                var bytes = value.AsMemory();
                return bytes.Span switch
                {
                    [0, ..] when bytes.Length >= 5 => new(BinaryPrimitives.ReadInt32BigEndian(bytes.Span[1..]), null, bytes[5..]),
                    [1, ..] when bytes.Length >= 17 => new(0, new Guid(bytes.Span[1..17], bigEndian: true), bytes[17..]),
                    _ => throw new UndecodableException($"the header {name} holds no schema's id"),
                };
            }
        }

        return null;
    }
}
