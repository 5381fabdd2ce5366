using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ZooKeeper.Server.Storage;

/// <summary>The machine's own file system.</summary>
sealed class Disk : IDisk
{
    public static readonly Disk Instance = new();

    public IDiskFile Create(string path) => new DiskFile(File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read));

    public IDiskFile Open(string path) => new DiskFile(File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.Read));

    public void Replace(string from, string to) => File.Move(from, to, overwrite: true);

    public void Delete(string path) => File.Delete(path);

    public void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            // NTFS journals directory entries itself, and has no call for it
            return;
        }

        var descriptor = Posix.Open(path, 0);
        if (descriptor < 0)
        {
            throw new IOException($"{path}: cannot be opened for fsync (errno {Marshal.GetLastPInvokeError()}).");
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Posix.Fsync(descriptor) != 0)
        {
            throw new IOException($"{path}: fsync failed (errno {Marshal.GetLastPInvokeError()}).");
        }
    }

    sealed class DiskFile(SafeFileHandle handle) : IDiskFile
    {
        public void Write(ReadOnlySpan<byte> bytes, long position) => RandomAccess.Write(handle, bytes, position);

        public void SetLength(long length) => RandomAccess.SetLength(handle, length);

        public void Sync()
        {
            if (!OperatingSystem.IsLinux())
            {
                RandomAccess.FlushToDisk(handle);
                return;
            }

            // the length changes only when the file is extended, so most of the time there is no metadata to write
            if (Posix.Fdatasync((int)handle.DangerousGetHandle()) != 0)
            {
                throw new IOException($"fdatasync failed (errno {Marshal.GetLastPInvokeError()}).");
            }
        }

        public void Dispose() => handle.Dispose();
    }

    static class Posix
    {
        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        public static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
        public static extern int Fsync(int descriptor);

        [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
        public static extern int Fdatasync(int descriptor);
    }
}
