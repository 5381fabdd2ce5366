using System.Text;
using Kafka.Protocol.Records;

namespace Kafka.Protocol.Tests;

/// <summary>A batch that Kafka's own classes wrote, and its records as words: a line of Fixtures/batches.tsv.</summary>
public sealed record RecordBatchFixture(string Name, byte[] Bytes, string[] Records)
{
    public static IReadOnlyList<RecordBatchFixture> All { get; } =
    [
        .. from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Fixtures", "batches.tsv"))
           let parts = line.Split('\t')
           select new RecordBatchFixture(parts[0], Convert.FromHexString(parts[1]), parts[2..]),
    ];

    public static IEnumerable<TheoryDataRow<string>> Names => All.Select(one => new TheoryDataRow<string>(one.Name));

    public static RecordBatchFixture Named(string name) => All.Single(one => one.Name == name);

    /// <summary>offset:timestamp:key:length/crc32 of the value:header=value..., as the fixture has it.</summary>
    public static string Word(Kafka.Protocol.Records.Record record)
    {
        var word = new StringBuilder($"{record.Offset}:{record.Timestamp}:{Hex(record.Key)}:{Digest(record.Value)}");
        foreach (var header in record.Headers)
        {
            word.Append($":{header.Key}={Hex(header.Value)}");
        }

        return word.ToString();
    }

    static string Hex(ReadOnlyMemory<byte>? bytes) => bytes is { } there ? Convert.ToHexStringLower(there.Span) : "-";

    static string Digest(ReadOnlyMemory<byte>? value) => value is { } there ? $"{there.Length}/{Crc32(there.Span):x}" : "-";

    static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
