namespace Architecture.Tests;

/// <summary>The files of this repository as they lie on disk, without what builds put beside them.</summary>
static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Absolute paths of all files with one of the extensions (".cs") in and below a folder ("src/Dashboard").</summary>
    public static IEnumerable<string> Files(string folder, params string[] extensions) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
            .Where(path => extensions.Contains(Path.GetExtension(path)) && !NameOf(path).Split('/').Any(part => part is "obj" or "bin"));

    /// <summary>"src/Dashboard/Program.cs".</summary>
    public static string NameOf(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Dashboard.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return directory.FullName;
    }
}
