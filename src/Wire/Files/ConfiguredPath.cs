namespace Wire.Files;

/// <summary>Directories in configuration files.</summary>
public static class ConfiguredPath
{
    const string Escape = "a backslash begins an escape in such a file: write / or \\\\ in its place";

    /// <summary>
    /// Why the path cannot be meant as it was read, or null: C:\tmp is read as C:, a tab and mp, and the data would go below the directory
    /// that the program was started in.
    /// </summary>
    public static string? Problem(string path) => Problem(path, OperatingSystem.IsWindows());

    /// <inheritdoc cref="Problem(string)"/>
    public static string? Problem(string path, bool isWindows)
    {
        if (path.Any(char.IsControl))
        {
            return $"a path with a control character; {Escape}";
        }

        if (path is not [>= 'A' and <= 'Z' or >= 'a' and <= 'z', ':', .. var rest])
        {
            return null;
        }

        return !isWindows ? "a path of Windows, and this machine has no drives"
            : rest.StartsWith('/') || rest.StartsWith('\\') ? null
            : $"a path below the current directory of that drive; {Escape}";
    }
}
