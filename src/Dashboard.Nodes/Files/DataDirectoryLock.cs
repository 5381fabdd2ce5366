namespace Dashboard.Nodes.Files;

/// <summary>Held while this process hosts from a data directory: two processes writing the same logs would destroy them.</summary>
sealed class DataDirectoryLock : IDisposable
{
    // how the runtime reports that another process has the file: errno, or Windows' HRESULT
    const int WouldBlock = 11;
    const int WouldBlockOnMac = 35;
    const int SharingViolation = unchecked((int)0x80070020);

    readonly FileStream file;

    DataDirectoryLock(FileStream file) => this.file = file;

    /// <exception cref="HostingException">The directory cannot be written, or another process holds it.</exception>
    public static DataDirectoryLock Take(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            return new DataDirectoryLock(
                new FileStream(Path.Combine(directory, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e.HResult is WouldBlock or WouldBlockOnMac or SharingViolation)
        {
            throw new HostingException($"{directory} is used by another Castellan. Stop it, or choose another directory with --data DIR.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostingException(
                $"{directory} cannot be used for the nodes' data: {e.Message} Choose another directory with --data DIR.");
        }
    }

    public void Dispose() => file.Dispose();
}
