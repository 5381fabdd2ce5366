using Wire;

namespace Kafka.Protocol;

/// <summary>What comes before the body of a request.</summary>
/// <param name="ApiKey">May be a number that <see cref="Kafka.Protocol.ApiKey"/> does not have.</param>
/// <param name="ClientId">Null when the client has none.</param>
public readonly record struct KafkaRequestHeader(ApiKey ApiKey, short Version, int CorrelationId, string? ClientId);

/// <summary>
/// Headers of requests and responses (KIP-482). A request's header has version 0 for ControlledShutdown v0 alone, 1 as a rule, 2 for
/// flexible versions; the client id is a plain nullable string in all of them. A response's header has version 1 for flexible versions,
/// except that ApiVersions is always answered with version 0, so that a client can read an answer to a version that the broker does not
/// know.
/// </summary>
public static class KafkaHeaders
{
    /// <summary>
    /// Reads key, version, correlation id and client id. The tagged fields of a flexible header are not read: only a reader that knows the
    /// API knows whether they are there; see <see cref="SkipTags"/>.
    /// </summary>
    public static KafkaRequestHeader ReadRequest(ref WireReader reader)
    {
        var key = (ApiKey)reader.ReadInt16();
        var version = reader.ReadInt16();
        var correlationId = reader.ReadInt32();
        string? clientId = null;
        if (!(key == ApiKey.ControlledShutdown && version == 0))
        {
            var length = reader.ReadInt16();
            clientId = length < 0 ? null : reader.ReadUtf8(length);
        }

        return new KafkaRequestHeader(key, version, correlationId, clientId);
    }

    /// <summary>Reads over a section of tagged fields: the rest of the header when the version of the request is flexible.</summary>
    public static void SkipTags(ref WireReader reader)
    {
        for (var count = reader.ReadUnsignedVarInt(); count > 0; count--)
        {
            reader.ReadUnsignedVarInt();
            reader.Skip(reader.CheckCount(reader.ReadUnsignedVarInt()));
        }
    }

    public static void WriteRequest(WireWriter writer, ApiKey key, short version, int correlationId, string? clientId, bool flexible)
    {
        writer.WriteInt16((short)key);
        writer.WriteInt16(version);
        writer.WriteInt32(correlationId);
        if (!(key == ApiKey.ControlledShutdown && version == 0))
        {
            WriteClientId(writer, clientId);
        }

        if (flexible)
        {
            writer.WriteUnsignedVarInt(0);
        }
    }

    /// <summary>Writes the header of an answer; <paramref name="flexible"/> is that of the request's version.</summary>
    public static void WriteResponse(WireWriter writer, ApiKey key, int correlationId, bool flexible)
    {
        writer.WriteInt32(correlationId);
        if (flexible && key != ApiKey.ApiVersions)
        {
            writer.WriteUnsignedVarInt(0);
        }
    }

    /// <summary>A whole frame, length first: header and body of an answer. The caller owns the writer.</summary>
    public static WireWriter ResponseFrame(ApiKey key, int correlationId, bool flexible, IKafkaMessage body, short version)
    {
        var writer = new WireWriter();
        try
        {
            writer.ReserveInt32();
            WriteResponse(writer, key, correlationId, flexible);
            body.Write(writer, version);
            writer.PatchInt32(0, writer.Length - 4);
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>A whole frame, length first: header and body of a request. The caller owns the writer.</summary>
    public static WireWriter RequestFrame(IKafkaRequest body, short version, int correlationId, string? clientId)
    {
        var writer = new WireWriter();
        try
        {
            writer.ReserveInt32();
            WriteRequest(writer, (ApiKey)body.Key, version, correlationId, clientId, body.Flexible(version));
            body.Write(writer, version);
            writer.PatchInt32(0, writer.Length - 4);
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    static void WriteClientId(WireWriter writer, string? clientId)
    {
        if (clientId is null)
        {
            writer.WriteInt16(-1);
            return;
        }

        writer.WriteInt16(checked((short)System.Text.Encoding.UTF8.GetByteCount(clientId)));
        writer.WriteUtf8(clientId);
    }
}
