namespace Kafka.Protocol.Records;

/// <summary>CRC-32 of zlib and gzip, as in messages of the formats before v2.</summary>
public static class Crc32
{
    static readonly uint[] table = [.. Enumerable.Range(0, 256).Select(index => OfByte((uint)index))];

    public static uint Compute(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
        {
            crc = (crc >> 8) ^ table[(byte)(crc ^ b)];
        }

        return ~crc;
    }

    static uint OfByte(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ 0xEDB88320;
        }

        return value;
    }
}
