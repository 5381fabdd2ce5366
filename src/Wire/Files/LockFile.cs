namespace Wire.Files;

/// <summary>
/// A file that stands for a directory which one process may use at a time. The file system takes it back when that process ends, however it
/// ends.
/// </summary>
public sealed class LockFile : IDisposable
{
    // how the runtime reports that another process has the file: errno, or Windows' HRESULT
    const int WouldBlock = 11;
    const int WouldBlockOnMac = 35;
    const int SharingViolation = unchecked((int)0x80070020);
    const int LockViolation = unchecked((int)0x80070021);

    readonly FileStream file;

    LockFile(FileStream file) => this.file = file;

    /// <summary>Null while another process, or another part of this one, holds it.</summary>
    /// <exception cref="IOException">The file cannot be opened or locked, also for want of rights.</exception>
    public static LockFile? TryTake(string path)
    {
        FileStream? file = null;
        LockFile? taken = null;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            if (!OperatingSystem.IsMacOS())
            {
                // on Unix FileShare.None is flock(2), which Java does not see: Apache's brokers lock the bytes of the file, fcntl(2).
                // That alone would not do: it keeps no other part of the same process out
                file.Lock(0, long.MaxValue);
            }

            return taken = new LockFile(file);
        }
        catch (IOException e) when (e.HResult is WouldBlock or WouldBlockOnMac or SharingViolation or LockViolation)
        {
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
        finally
        {
            if (taken is null)
            {
                file?.Dispose();
            }
        }
    }

    public void Dispose() => file.Dispose();
}
