using Microsoft.Win32.SafeHandles;

namespace Kafka.Broker.Log;

/// <summary>The machine's disk. A failed write surfaces as <see cref="IOException"/>, also where .NET reports missing rights.</summary>
public sealed class Disk : IDisk
{
    public static Disk Instance { get; } = new();

    public IDiskFile Open(string path) => Guard(() => new DiskFile(
        File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete)));

    public void Replace(string path, ReadOnlySpan<byte> content, bool durable)
    {
        var temporary = path + ".tmp";
        try
        {
            using (var handle = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
            {
                RandomAccess.Write(handle, content, 0);
                if (durable)
                {
                    RandomAccess.FlushToDisk(handle);
                }
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    public void Rename(string from, string to) => Guard(() =>
    {
        File.Move(from, to, overwrite: true);
        return 0;
    });

    public void Delete(string path) => Guard(() =>
    {
        if (File.Exists(path))
        {
            File.Delete(path);
        }

        return 0;
    });

    static T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    sealed class DiskFile(SafeFileHandle handle) : IDiskFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public int Read(Span<byte> buffer, long position)
        {
            var total = 0;
            while (total < buffer.Length && RandomAccess.Read(handle, buffer[total..], position + total) is > 0 and var read)
            {
                total += read;
            }

            return total;
        }

        public void Write(ReadOnlySpan<byte> bytes, long position) => RandomAccess.Write(handle, bytes, position);

        public void SetLength(long length) => RandomAccess.SetLength(handle, length);

        public void Flush() => RandomAccess.FlushToDisk(handle);

        public void Dispose() => handle.Dispose();
    }
}
