using Wire.Files;

namespace Dashboard.Nodes.Files;

/// <summary>Held while this process hosts from a data directory: two processes writing the same logs would destroy them.</summary>
static class DataDirectoryLock
{
    /// <exception cref="HostingException">The directory cannot be written, or another process holds it.</exception>
    public static LockFile Take(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            return LockFile.TryTake(Path.Combine(directory, ".lock")) ?? throw new HostingException(
                $"{directory} is used by another Castellan. Stop it, or choose another directory with --data DIR.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostingException(
                $"{directory} cannot be used for the nodes' data: {e.Message} Choose another directory with --data DIR.");
        }
    }
}
