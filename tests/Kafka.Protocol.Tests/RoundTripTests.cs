using System.Text.Json;
using Wire;

namespace Kafka.Protocol.Tests;

/// <summary>Seeded random messages in every version: written, read, compared, written again.</summary>
public class RoundTripTests
{
    const int Rounds = 5;

    [Theory]
    [MemberData(nameof(SchemaText.Names), MemberType = typeof(SchemaText))]
    public void What_is_written_is_read_back(string name)
    {
        foreach (var (version, seed) in Cases(name))
        {
            var message = Fill(name, version, seed);
            var bytes = AnyMessage.Write(message, version);
            var back = AnyMessage.Read(name, bytes, version);
            Assert.True(Json(message) == Json(back), $"{name} v{version} seed {seed}\nwritten: {Json(message)}\nread:    {Json(back)}");
            Assert.Equal(bytes, AnyMessage.Write(back, version));
        }
    }

    [Theory]
    [MemberData(nameof(SchemaText.Names), MemberType = typeof(SchemaText))]
    public void Garbage_is_refused_or_read_but_never_fails_otherwise_nor_takes_much_memory(string name)
    {
        foreach (var (version, seed) in Cases(name))
        {
            var random = new Random(seed);
            var bytes = AnyMessage.Write(Fill(name, version, seed), version);
            for (var damage = 1 + random.Next(4); damage > 0 && bytes.Length > 0; damage--)
            {
                bytes[random.Next(bytes.Length)] = (byte)(random.Next(3) == 0 ? 0xff : random.Next(256));
            }

            var noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            AssertHarmless(name, version, seed, bytes);
            AssertHarmless(name, version, seed, noise);
        }
    }

    static void AssertHarmless(string name, short version, int seed, byte[] bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            AnyMessage.Read(name, bytes, version);
        }
        catch (WireFormatException)
        {
            // as it should be
        }
        catch (Exception e)
        {
            Assert.Fail($"{name} v{version} seed {seed}: {e} for {Convert.ToHexString(bytes)}");
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(
            allocated < 100_000 + (bytes.Length * 400), $"{name} v{version} seed {seed}: {allocated} bytes allocated for {bytes.Length}");
    }

    static IEnumerable<(short Version, int Seed)> Cases(string name) =>
        from version in SchemaText.Named(name).Versions
        from round in Enumerable.Range(0, Rounds)
        select (version, (version * 1000) + round);

    static IKafkaMessage Fill(string name, short version, int seed)
    {
        var message = AnyMessage.New(name);
        RandomValues.Fill(message, SchemaText.Named(name).Fields, version, new Random(seed));
        return message;
    }

    static string Json(IKafkaMessage message) => JsonSerializer.Serialize(message, message.GetType());
}
