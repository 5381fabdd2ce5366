using Kafka.Protocol.Messages;
using Wire;

namespace Kafka.Protocol.Tests;

/// <summary>
/// One message as Kafka's own classes wrote it: a line of Fixtures/golden.tsv, or of golden-newer.tsv for versions that only Kafka 4 has.
/// </summary>
public sealed record Golden(string Name, short Version, string Variant, byte[] Bytes, string Json)
{
    public static IReadOnlyList<Golden> Newer { get; } = Load("golden-newer.tsv");

    public static IReadOnlyList<Golden> All { get; } = [.. Load("golden.tsv"), .. Newer];

    public static IEnumerable<TheoryDataRow<string>> Names =>
        All.Select(one => one.Name).Distinct().Select(name => new TheoryDataRow<string>(name));

    public static IEnumerable<Golden> Of(string name) => All.Where(one => one.Name == name);

    static IReadOnlyList<Golden> Load(string file) =>
    [
        .. from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Fixtures", file))
           let parts = line.Split('\t')
           select new Golden(parts[0], short.Parse(parts[1]), parts[2], Convert.FromHexString(parts[3]), parts[4]),
    ];

    public override string ToString() => $"{Name} v{Version} {Variant}";
}

/// <summary>Reads messages by their name.</summary>
public static class AnyMessage
{
    /// <summary>Reads a message, which must take all bytes.</summary>
    public static IKafkaMessage Read(string name, ReadOnlyMemory<byte> bytes, short version)
    {
        var reader = new WireReader(bytes);
        IKafkaMessage message =
            name.EndsWith("Request", StringComparison.Ordinal) ? KafkaMessages.ReadRequest(Key(name[..^7]), ref reader, version)
            : name.EndsWith("Response", StringComparison.Ordinal) ? KafkaMessages.ReadResponse(Key(name[..^8]), ref reader, version)
            : KafkaMessages.ReadStruct(name, ref reader, version);
        return reader.Remaining == 0 ? message : throw new WireFormatException($"{reader.Remaining} bytes are left");
    }

    public static byte[] Write(IKafkaMessage message, short version)
    {
        using var writer = new WireWriter();
        message.Write(writer, version);
        return writer.WrittenSpan.ToArray();
    }

    public static IKafkaMessage New(string name)
    {
        var type = typeof(MetadataRequest).Assembly.GetType($"Kafka.Protocol.Messages.{name}", throwOnError: true)!;
        return (IKafkaMessage)Activator.CreateInstance(type)!;
    }

    static short Key(string name) => KafkaMessages.Keys[KafkaMessages.Names.ToList().IndexOf(name)];
}
