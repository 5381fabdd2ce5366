namespace Architecture.Tests;

/// <summary>What a reader can take in at once: how many files stand in a folder, how wide a line is.</summary>
public sealed class SourceFilesTests
{
    const int MostFiles = 25;

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    public void No_folder_has_more_than_25_source_files(string root)
    {
        var crowded = Repository.Files(root, ".cs", ".razor", ".resx")
            .GroupBy(path => Repository.NameOf(Path.GetDirectoryName(path)!))
            .Where(folder => folder.Count() > MostFiles)
            .Select(folder => $"{folder.Key}: {folder.Count()}");
        Assert.Empty(crowded);
    }

    [Theory]
    [InlineData("src", ".razor", 160)]
    [InlineData("src", ".cs", 140)]
    [InlineData("tests", ".cs", 140)]
    public void No_line_is_wider_than_this(string folder, string extension, int columns)
    {
        var wider =
            from path in Repository.Files(folder, extension)
            from line in File.ReadLines(path).Index()
            where line.Item.Length > columns
            select $"{Repository.NameOf(path)}:{line.Index + 1}: {line.Item.Length} columns";
        Assert.Empty(wider);
    }

    /// <summary>System's first, then by name, part by part. The check of white space does not look at it.</summary>
    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    public void Usings_are_in_order(string folder)
    {
        var mixed =
            from path in Repository.Files(folder, ".cs")
            let names = Usings(path)
            let ordered = names.OrderBy(name => !$"{name}.".StartsWith("System.", StringComparison.Ordinal))
                .ThenBy(name => name.Replace('.', '\0'), StringComparer.OrdinalIgnoreCase)
            where !names.SequenceEqual(ordered)
            select Repository.NameOf(path);
        Assert.Empty(mixed);
    }

    static List<string> Usings(string path) =>
    [
        .. File.ReadLines(path).TakeWhile(line => line.Length == 0 || line[0] == '/' || IsUsing(line))
            .Where(line => IsUsing(line) && !line.Contains('=') && !line.StartsWith("using static ", StringComparison.Ordinal))
            .Select(line => line["using ".Length..^1]),
    ];

    static bool IsUsing(string line) => line.StartsWith("using ", StringComparison.Ordinal);
}
