using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wire.Files;

/// <summary>The machine's own file system. What .NET reports as missing rights is an <see cref="IOException"/> here, too.</summary>
public sealed class Disk : IDisk
{
    const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static readonly Disk Instance = new(null);

    /// <summary>What it opens is readable for its owner alone: for secrets.</summary>
    public static readonly Disk Private = new(OwnerAlone);

    readonly UnixFileMode? fileMode;

    Disk(UnixFileMode? fileMode) => this.fileMode = fileMode;

    public void CreateDirectory(string path) => Guard(() => MakeDirectory(path));

    public IDiskFile Open(string path, FileMode mode) => Guard(() =>
    {
        // shared in full: Windows would neither rename nor delete it while it is open
        var handle = File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (fileMode is { } own && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(handle, own); // before anything is in it
        }

        return new DiskFile(handle);
    });

    public void Rename(string from, string to) => Guard(() => File.Move(from, to, overwrite: true));

    public void Delete(string path)
    {
        // File.Delete throws when the directory is absent, too
        if (File.Exists(path))
        {
            Guard(() => File.Delete(path));
        }
    }

    public void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            // NTFS journals directory entries itself, and has no call for it
            return;
        }

        // .NET opens no directories
        // 0 is O_RDONLY, which fsync of a directory takes
        var descriptor = Posix.Open(path, 0);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw error == Posix.NoEntry
                ? new DirectoryNotFoundException($"{path} is not there.")
                : new IOException($"{path}: cannot be opened for fsync (errno {error}).");
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Posix.Fsync(descriptor) != 0)
        {
            throw new IOException($"{path}: fsync failed (errno {Marshal.GetLastPInvokeError()}).");
        }
    }

    void MakeDirectory(string path)
    {
        var above = Path.GetDirectoryName(Path.GetFullPath(path));
        if (above is not null && !Directory.Exists(above))
        {
            MakeDirectory(above);
        }

        Directory.CreateDirectory(path);
        if (above is not null)
        {
            // also where it was there before: who made it may have died before this step
            SyncDirectory(above);
        }
    }

    static void Guard(Action work) => Guard(() =>
    {
        work();
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
            // read(2) may give less than asked for before the end, too
            while (total < buffer.Length && RandomAccess.Read(handle, buffer[total..], position + total) is > 0 and var read)
            {
                total += read;
            }

            return total;
        }

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
        /// <summary>ENOENT.</summary>
        public const int NoEntry = 2;

        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        public static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
        public static extern int Fsync(int descriptor);

        [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
        public static extern int Fdatasync(int descriptor);
    }
}
