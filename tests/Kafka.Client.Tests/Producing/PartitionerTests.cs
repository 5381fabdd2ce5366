using System.Text;
using Kafka.Client.Producing;

namespace Kafka.Client.Tests.Producing;

public sealed class PartitionerTests
{
    /// <summary>Hashes that Java's and librdkafka's own tests have.</summary>
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void The_hash_is_that_of_Javas_clients(string key, int hash) =>
        Assert.Equal(hash, (int)Partitions.Murmur2(Encoding.UTF8.GetBytes(key)));

    [Theory]
    [InlineData(Partitioner.Murmur2, "foobar", (-790332482 & int.MaxValue) % 7)]
    [InlineData(Partitioner.Murmur2, "", 275646681 % 7)]
    [InlineData(Partitioner.Murmur2, null, null)]
    [InlineData(Partitioner.Crc32, "123456789", (int)(0xCBF43926 % 7))]
    [InlineData(Partitioner.Crc32, "", null)]
    [InlineData(Partitioner.Crc32, null, null)]
    [InlineData(Partitioner.Random, "foobar", null)]
    public void A_key_has_its_place_and_any_other_record_may_be_anywhere(Partitioner partitioner, string? key, int? partition) =>
        Assert.Equal(partition, Partitions.Of(partitioner, Encoding.UTF8.GetBytes(key ?? ""), key is not null, 7));
}
