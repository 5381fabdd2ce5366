using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wire;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Protocol.Tests;

/// <summary>
/// Golden/jute.jsonl holds, for every record of ZooKeeper 3.9.5, the bytes its own BinaryOutputArchive wrote: once with every field filled,
/// once with what Java leaves null or zero. Buffers are written as hex:….
/// </summary>
public class GoldenBytesTests
{
    static readonly string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Golden", "jute.jsonl"));

    public static TheoryData<string, int> Lines()
    {
        var data = new TheoryData<string, int>();
        for (var i = 0; i < lines.Length; i++)
        {
            data.Add((string)JsonNode.Parse(lines[i])!["record"]!, i);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_record_reads_what_Java_wrote(string record, int line)
    {
        var golden = JsonNode.Parse(lines[line])!;
        var read = Read(record, Convert.FromHexString((string)golden["hex"]!));
        var differences = new List<string>();
        Compare(golden["value"], read, record, differences);
        Assert.Empty(differences);
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_filled_record_writes_the_bytes_that_Java_wrote(string record, int line)
    {
        var hex = (string)JsonNode.Parse(lines[line])!["hex"]!;
        var read = Read(record, Convert.FromHexString(hex));
        using var w = new WireWriter();
        read.Write(w);
        var written = Convert.ToHexStringLower(w.WrittenSpan);
        if (line % 2 == 0 || !hex.Contains("ffffffff"))
        {
            Assert.Equal(hex, written);
        }
        else
        {
            // a null that the schema does not keep is written as empty: what is read again is the same
            using var again = new WireWriter();
            Read(record, w.WrittenMemory).Write(again);
            Assert.Equal(written, Convert.ToHexStringLower(again.WrittenSpan));
        }
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Truncated_bytes_are_refused(string record, int line)
    {
        var bytes = Convert.FromHexString((string)JsonNode.Parse(lines[line])!["hex"]!);
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes.AsMemory(0, length);
            Assert.Throws<WireFormatException>(() => Read(record, cut));
        }
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Garbage_is_refused_or_read_and_never_anything_else(string record, int line)
    {
        var random = new Random(line);
        for (var round = 0; round < 200; round++)
        {
            var bytes = new byte[random.Next(120)];
            random.NextBytes(bytes);
            try
            {
                Read(record, bytes);
            }
            catch (WireFormatException)
            {
            }
        }
    }

    [Fact]
    public void Every_record_of_the_schemas_has_golden_bytes()
    {
        var golden = lines.Select(line => (string)JsonNode.Parse(line)!["record"]!).Distinct().Order();
        Assert.Equal(golden, Records.Names.Order());
    }

    static void Compare(JsonNode? expected, object? actual, string at, List<string> differences)
    {
        switch (expected)
        {
            case JsonObject fields:
                foreach (var (name, value) in fields)
                {
                    var property = actual!.GetType().GetProperty(name);
                    if (property is null)
                    {
                        differences.Add($"{at} has no {name}");
                        continue;
                    }

                    Compare(value, property.GetValue(actual), $"{at}.{name}", differences);
                }

                break;
            case JsonArray items:
                var list = (IList)actual!;
                Assert.Equal(items.Count, list.Count);
                for (var i = 0; i < items.Count; i++)
                {
                    Compare(items[i], list[i], $"{at}[{i}]", differences);
                }

                break;
            case null:
                if (actual is not (null or "" or ICollection { Count: 0 } or ReadOnlyMemory<byte> { Length: 0 }))
                {
                    differences.Add($"{at} is {actual}, null expected");
                }

                break;
            default:
                var text = actual is ReadOnlyMemory<byte> bytes
                    ? JsonSerializer.Serialize("hex:" + Convert.ToHexStringLower(bytes.Span))
                    : JsonSerializer.Serialize(actual);
                if (JsonNode.Parse(text)!.ToJsonString() != expected.ToJsonString())
                {
                    differences.Add($"{at} is {text}, {expected.ToJsonString()} expected");
                }

                break;
        }
    }

    static IRecord Read(string record, ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        return Records.Read(record, ref reader);
    }
}
