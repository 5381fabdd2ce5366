using Wire;

namespace Kafka.Protocol.Records;

/// <summary>
/// What a decoder has written so far: a growing buffer with a limit. It grows with what is really there, never with what a header declares.
/// </summary>
sealed class DecoderOutput(long estimate, int maxBytes)
{
    const int SmallestBuffer = 256;
    const int LargestFirstBuffer = 1 << 20;

    byte[] buffer = new byte[(int)Math.Clamp(estimate, Math.Min(SmallestBuffer, maxBytes), Math.Min(maxBytes, LargestFirstBuffer))];

    internal int Length { get; private set; }

    internal ReadOnlyMemory<byte> Written => buffer.AsMemory(0, Length);

    /// <summary>
    /// Room for at least one byte, even at the limit, where a decoder must still be able to say that it is at its end; then
    /// <see cref="Advance"/>.
    /// </summary>
    internal Span<byte> Free()
    {
        if (buffer.Length == Length)
        {
            Array.Resize(ref buffer, (int)Math.Min(maxBytes + 1L, Math.Max(buffer.Length * 2L, SmallestBuffer)));
        }

        return buffer.AsSpan(Length);
    }

    /// <summary>Room for exactly so many bytes, which the caller knows to come; then <see cref="Advance"/>.</summary>
    internal Span<byte> Free(int count)
    {
        Check(count);
        if (buffer.Length - Length < count)
        {
            Array.Resize(ref buffer, (int)Math.Min(maxBytes, Math.Max((long)Length + count, buffer.Length * 2L)));
        }

        return buffer.AsSpan(Length, count);
    }

    internal void Advance(int count)
    {
        Check(count);
        Length += count;
    }

    /// <summary>Everything that is left of a stream which decompresses as it is read.</summary>
    internal void CopyFrom(Stream stream)
    {
        int read;
        while ((read = stream.Read(Free())) > 0)
        {
            Advance(read);
        }
    }

    void Check(int count)
    {
        if (count > maxBytes - Length)
        {
            throw new WireFormatException($"Compressed data is larger than {maxBytes} bytes.");
        }
    }
}
