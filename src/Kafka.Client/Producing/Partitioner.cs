using System.Buffers.Binary;

namespace Kafka.Client.Producing;

/// <summary>How the partition of a record is chosen that names none.</summary>
public enum Partitioner
{
    /// <summary>By the key, as Java's clients: records of a key are where those of a Java producer are. Any without a key.</summary>
    Murmur2,

    /// <summary>By the key, as librdkafka unless told otherwise: CRC-32. Any for one without a key, or with an empty one.</summary>
    Crc32,

    /// <summary>Any, whatever the key.</summary>
    Random,
}

/// <summary>Chooses partitions.</summary>
static class Partitions
{
    const uint Seed = 0x9747b28c, Mixer = 0x5bd1e995;

    /// <summary>The partition for a key; null: any will do.</summary>
    /// <param name="count">Of the topic's partitions, those without a leader included: the place of a key must not depend on that.</param>
    public static int? Of(Partitioner partitioner, ReadOnlySpan<byte> key, bool hasKey, int count) => partitioner switch
    {
        Partitioner.Murmur2 when hasKey => (int)((Murmur2(key) & int.MaxValue) % (uint)count),
        Partitioner.Crc32 when !key.IsEmpty => (int)(global::Kafka.Protocol.Records.Crc32.Compute(key) % (uint)count),
        _ => null,
    };

    /// <summary>Austin Appleby's MurmurHash2 with the seed of Kafka's clients, for 32 bits.</summary>
    internal static uint Murmur2(ReadOnlySpan<byte> data)
    {
        var hash = Seed ^ (uint)data.Length;
        for (; data.Length >= 4; data = data[4..])
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(data) * Mixer;
            hash = (hash * Mixer) ^ ((word ^ (word >> 24)) * Mixer);
        }

        if (!data.IsEmpty)
        {
            uint rest = 0;
            for (var i = data.Length - 1; i >= 0; i--)
            {
                rest = (rest << 8) | data[i];
            }

            hash = (hash ^ rest) * Mixer;
        }

        hash = (hash ^ (hash >> 13)) * Mixer;
        return hash ^ (hash >> 15);
    }
}
