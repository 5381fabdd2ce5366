using System.Buffers;

namespace Wire;

/// <summary>
/// The bytes of one frame without their length. They are pooled: Dispose gives them back, and every slice of them dies with it.
/// </summary>
public sealed class Frame : IDisposable
{
    readonly int length;
    byte[]? rented;

    Frame(byte[] rented, int length)
    {
        this.rented = rented;
        this.length = length;
    }

    public int Length => length;

    /// <exception cref="ObjectDisposedException">The frame was disposed.</exception>
    public ReadOnlyMemory<byte> Memory => new(rented ?? throw new ObjectDisposedException(nameof(Frame)), 0, length);

    /// <summary>Copies the bytes of a frame that arrived whole.</summary>
    internal static Frame Copy(in ReadOnlySequence<byte> bytes)
    {
        var length = (int)bytes.Length;
        var rented = ArrayPool<byte>.Shared.Rent(length);
        bytes.CopyTo(rented);
        return new Frame(rented, length);
    }

    public void Dispose()
    {
        // given back twice, the pool would hand the array to two frames at once
        if (Interlocked.Exchange(ref rented, null) is { } array)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
