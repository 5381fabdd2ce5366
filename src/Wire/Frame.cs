using System.Buffers;

namespace Wire;

/// <summary>
/// The bytes of one frame without their length. They are pooled: Dispose gives them back, and every slice of them dies with it.
/// </summary>
public sealed class Frame : IDisposable
{
    readonly int length;
    readonly FrameShare? share;
    byte[]? rented;

    Frame(byte[] rented, int length, FrameShare? share)
    {
        this.rented = rented;
        this.length = length;
        this.share = share;
    }

    public int Length => length;

    /// <exception cref="ObjectDisposedException">The frame was disposed.</exception>
    public ReadOnlyMemory<byte> Memory => new(rented ?? throw new ObjectDisposedException(nameof(Frame)), 0, length);

    /// <summary>Copies the bytes of a frame that arrived whole, and takes its share over.</summary>
    internal static Frame Copy(in ReadOnlySequence<byte> bytes, FrameShare? share)
    {
        var length = (int)bytes.Length;
        var rented = ArrayPool<byte>.Shared.Rent(length);
        bytes.CopyTo(rented);
        return new Frame(rented, length, share);
    }

    public void Dispose()
    {
        // given back twice, the pool would hand the array to two frames at once
        if (Interlocked.Exchange(ref rented, null) is { } array)
        {
            ArrayPool<byte>.Shared.Return(array);
            share?.Dispose();
        }
    }
}
