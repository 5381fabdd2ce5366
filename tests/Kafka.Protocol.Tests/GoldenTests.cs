using System.Text.Json;
using Kafka.Protocol.Messages;
using Wire;

namespace Kafka.Protocol.Tests;

/// <summary>Every message in every version against the bytes that Kafka's own classes write.</summary>
public class GoldenTests
{
    [Fact]
    public void The_fixture_has_every_message_in_every_version()
    {
        var there = Golden.All.Select(one => (one.Name, one.Version)).ToHashSet();
        var missing = SchemaText.All
            .SelectMany(schema => schema.Versions.Select(version => (schema.Name, version)))
            .Where(one => !there.Contains(one));
        Assert.Empty(missing);
        Assert.True(KafkaMessages.Keys.Count >= 45, $"{KafkaMessages.Keys.Count} APIs");
    }

    [Theory]
    [MemberData(nameof(Golden.Names), MemberType = typeof(Golden))]
    public void What_Kafka_wrote_is_read_with_each_value_in_its_place(string name)
    {
        foreach (var golden in Golden.Of(name))
        {
            using var json = JsonDocument.Parse(golden.Json);
            JsonComparison.Same(json.RootElement, AnyMessage.Read(name, golden.Bytes, golden.Version), golden.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Golden.Names), MemberType = typeof(Golden))]
    public void What_was_read_is_written_as_Kafka_wrote_it(string name)
    {
        foreach (var golden in Golden.Of(name))
        {
            var written = AnyMessage.Write(AnyMessage.Read(name, golden.Bytes, golden.Version), golden.Version);
            Assert.True(
                golden.Bytes.AsSpan().SequenceEqual(written),
                $"{golden}\nKafka: {Convert.ToHexString(golden.Bytes)}\nours:  {Convert.ToHexString(written)}");
        }
    }

    [Theory]
    [MemberData(nameof(Golden.Names), MemberType = typeof(Golden))]
    public void A_message_cut_off_anywhere_is_refused(string name)
    {
        foreach (var golden in Golden.Of(name))
        {
            for (var length = 0; length < golden.Bytes.Length; length++)
            {
                Assert.Throws<WireFormatException>(() => AnyMessage.Read(name, golden.Bytes.AsMemory(0, length), golden.Version));
            }
        }
    }
}
