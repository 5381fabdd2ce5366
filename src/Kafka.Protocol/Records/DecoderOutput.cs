using Wire;

namespace Kafka.Protocol.Records;

/// <summary>What a decoder has written so far: a growing buffer with a limit, from which back references copy.</summary>
sealed class DecoderOutput(long estimate, int maxBytes)
{
    byte[] buffer = new byte[(int)Math.Clamp(estimate, Math.Min(256, maxBytes), Math.Min(maxBytes, 1 << 20))];

    internal int Length { get; private set; }

    internal ReadOnlyMemory<byte> Written => buffer.AsMemory(0, Length);

    /// <summary>Room for at least one and, if the limit allows it, <paramref name="wanted"/> bytes; then <see cref="Advance"/>.</summary>
    internal Span<byte> Free(int wanted)
    {
        if (buffer.Length == Length)
        {
            Grow(Math.Max(1, Math.Min(wanted, maxBytes - Length)));
        }

        return buffer.AsSpan(Length);
    }

    internal void Advance(int count) => Length += count;

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        Grow(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Copies <paramref name="count"/> bytes from <paramref name="distance"/> bytes back; the two ranges may overlap.</summary>
    internal void CopyBack(int distance, int count)
    {
        if (distance <= 0 || distance > Length)
        {
            throw new WireFormatException($"Compressed data refers {distance} bytes back after {Length} bytes.");
        }

        Grow(count);
        if (distance >= count)
        {
            buffer.AsSpan(Length - distance, count).CopyTo(buffer.AsSpan(Length));
        }
        else
        {
            for (var i = 0; i < count; i++)
            {
                buffer[Length + i] = buffer[Length - distance + i];
            }
        }

        Length += count;
    }

    void Grow(int more)
    {
        if (more > maxBytes - Length)
        {
            throw new WireFormatException($"Compressed data is larger than {maxBytes} bytes.");
        }

        if (buffer.Length - Length < more)
        {
            Array.Resize(ref buffer, (int)Math.Min(maxBytes, Math.Max((long)Length + more, buffer.Length * 2L)));
        }
    }
}
