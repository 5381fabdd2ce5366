using ZooKeeper.Server.Storage;

namespace ZooKeeper.Server.Tests.Storage;

/// <summary>The machine's disk until it is told to be full.</summary>
sealed class FailingDisk : IDisk
{
    volatile bool isFull;

    public bool IsFull { get => isFull; set => isFull = value; }

    /// <summary>Fsyncs so far.</summary>
    public int Syncs { get; private set; }

    public IDiskFile Create(string path)
    {
        Check();
        return new FailingFile(this, Disk.Instance.Create(path));
    }

    public IDiskFile Open(string path) => new FailingFile(this, Disk.Instance.Open(path));

    public void Replace(string from, string to) => Disk.Instance.Replace(from, to);

    public void Delete(string path) => Disk.Instance.Delete(path);

    public void SyncDirectory(string path) => Disk.Instance.SyncDirectory(path);

    void Check()
    {
        if (IsFull)
        {
            throw new IOException("No space left on device");
        }
    }

    sealed class FailingFile(FailingDisk disk, IDiskFile file) : IDiskFile
    {
        public void Write(ReadOnlySpan<byte> bytes, long position)
        {
            disk.Check();
            file.Write(bytes, position);
        }

        public void SetLength(long length)
        {
            disk.Check();
            file.SetLength(length);
        }

        public void Sync()
        {
            disk.Check();
            disk.Syncs++;
            file.Sync();
        }

        public void Dispose() => file.Dispose();
    }
}
