using Wire.Files;

namespace Testing;

/// <summary>The machine's disk until it is told to fail, everywhere or below a path; its syncs can be held.</summary>
public sealed class FailingDisk : IDisk
{
    readonly ManualResetEventSlim syncs = new(initialState: true);
    volatile string? failBelow;
    int held;

    /// <summary>Every change of a file whose path begins so fails; null: none does.</summary>
    public string? FailBelow { get => failBelow; set => failBelow = value; }

    /// <summary>Every change of any file fails.</summary>
    public bool IsFull { get => failBelow == ""; set => failBelow = value ? "" : null; }

    /// <summary>Syncs of files so far.</summary>
    public int Syncs { get; private set; }

    /// <summary>Syncs that wait for <see cref="Release"/>.</summary>
    public int Held => Volatile.Read(ref held);

    /// <summary>From now on a sync does not return before <see cref="Release"/>.</summary>
    public void Hold() => syncs.Reset();

    public void Release() => syncs.Set();

    public void CreateDirectory(string path)
    {
        Check(path);
        Disk.Instance.CreateDirectory(path);
    }

    public IDiskFile Open(string path, FileMode mode)
    {
        Check(path);
        return new FailingFile(this, path, Disk.Instance.Open(path, mode));
    }

    public void Rename(string from, string to)
    {
        Check(from);
        Disk.Instance.Rename(from, to);
    }

    public void Delete(string path)
    {
        Check(path);
        Disk.Instance.Delete(path);
    }

    public void SyncDirectory(string path)
    {
        Check(path);
        Disk.Instance.SyncDirectory(path);
    }

    void Check(string path)
    {
        if (failBelow is { } root && path.StartsWith(root, StringComparison.Ordinal))
        {
            throw new IOException("No space left on device");
        }
    }

    sealed class FailingFile(FailingDisk disk, string path, IDiskFile file) : IDiskFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> buffer, long position) => file.Read(buffer, position);

        public void Write(ReadOnlySpan<byte> bytes, long position)
        {
            disk.Check(path);
            file.Write(bytes, position);
        }

        public void SetLength(long length)
        {
            disk.Check(path);
            file.SetLength(length);
        }

        public void Sync()
        {
            Interlocked.Increment(ref disk.held);
            disk.syncs.Wait();
            Interlocked.Decrement(ref disk.held);
            disk.Check(path);
            disk.Syncs++;
            file.Sync();
        }

        public void Dispose() => file.Dispose();
    }
}
