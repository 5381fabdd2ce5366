namespace Architecture.Tests;

/// <summary>What a reader can take in at once: how many files stand in a folder, how wide a line is.</summary>
public sealed class SourceFilesTests
{
    const int MostFiles = 25;

    [Fact]
    public void No_folder_has_more_than_25_source_files()
    {
        var crowded = Repository.Files("src", ".cs", ".razor", ".resx")
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
}
