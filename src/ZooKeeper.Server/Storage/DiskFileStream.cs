using Wire.Files;

namespace ZooKeeper.Server.Storage;

/// <summary>Writes one after the other into a file of <see cref="IDisk"/>, for those who need a stream. Does not own the file.</summary>
sealed class DiskFileStream(IDiskFile file) : Stream
{
    long position;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => position;

    public override long Position { get => position; set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        file.Write(buffer, position);
        position += buffer.Length;
    }

    public override void Flush()
    {
        // the owner syncs
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
