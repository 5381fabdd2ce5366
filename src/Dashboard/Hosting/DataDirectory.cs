using Dashboard.Nodes;

namespace Dashboard.Hosting;

/// <summary>Where the program keeps what it has to keep.</summary>
static class DataDirectory
{
    /// <summary>Said at once, not at the first page or action that has something to keep.</summary>
    /// <exception cref="HostingException">It cannot be written.</exception>
    public static void RequireWritable(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            using var probe = new FileStream(
                Path.Combine(directory, $".probe-{Environment.ProcessId}"),
                new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostingException($"{directory} cannot be used for data: {e.Message} Choose another directory with --data DIR.");
        }
    }

    /// <summary>Of a directory that is somebody else's, as mounted ones are, the mode is theirs to choose.</summary>
    public static DirectoryInfo OwnersOnly(string directory)
    {
        var made = Directory.CreateDirectory(directory);
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                made.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // it can be used all the same
        }

        return made;
    }
}
