using System.Collections.Immutable;

namespace Dashboard.Messages.Decoding;

/// <summary>How bytes were read, or are to be read, in the words of REST and of clusters.yaml.</summary>
public static class BodyFormats
{
    public const string Json = "json", Text = "utf8", Utf16 = "utf16", Hex = "hex";

    /// <summary>By a schema of the registry.</summary>
    public const string Avro = "avro", Protobuf = "protobuf", JsonSchema = "jsonschema";

    /// <summary>Structures that say themselves what they hold.</summary>
    public const string MessagePack = "msgpack", Cbor = "cbor";

    /// <summary>Big-endian, as Kafka's own serializers write them.</summary>
    public const string Int8 = "int8", Int16 = "int16", Int32 = "int32", Int64 = "int64", Float = "float", Double = "double", Uuid = "uuid";

    /// <summary>What brokers keep in __consumer_offsets, __transaction_state and __share_group_state.</summary>
    public const string ConsumerOffsets = "consumer-offsets", TransactionState = "transaction-state", ShareGroupState = "share-group-state";

    /// <summary>Keys of Kafka Streams' windowed tables: windows of a store's changelog, windows, and sessions.</summary>
    public const string StreamsStore = "streams-store", StreamsWindow = "streams-window", StreamsSession = "streams-session";

    /// <summary>Before the format of what is inside.</summary>
    public const string Gzip = "gzip+", Zstd = "zstd+";

    /// <summary>Before the whole name of a message of the cluster's .proto files: <c>protobuf:shop.Order</c>.</summary>
    public const string ProtobufOf = "protobuf:";

    /// <summary>By what the bytes say, as without a rule.</summary>
    public const string Automatic = "auto";

    /// <summary>Those that a rule or a reader may choose, and <see cref="ProtobufOf"/>.</summary>
    public static readonly ImmutableArray<string> Choices =
    [
        Automatic, Text, Json, Hex, Avro, Protobuf, JsonSchema, MessagePack, Cbor, Int8, Int16, Int32, Int64, Float, Double, Uuid,
        ConsumerOffsets, TransactionState, ShareGroupState, StreamsStore, StreamsWindow, StreamsSession,
    ];

    public static bool IsChoice(string format) =>
        Choices.Contains(format) || (format.StartsWith(ProtobufOf, StringComparison.Ordinal) && format.Length > ProtobufOf.Length);
}
