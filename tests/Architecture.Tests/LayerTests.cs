using Microsoft.CodeAnalysis;

namespace Architecture.Tests;

/// <summary>
/// Within a project, too, dependencies go one way: no two folders depend on each other.
/// <see cref="Layers"/> lists each project's folders top to bottom.
/// To add a project: list its folders there, and refer to it in Architecture.Tests.csproj, so that it is compiled before the test runs.
/// A failure names file, line and symbol of every reference that goes upwards, of every folder that is not listed,
/// and of every type that stands in two folders.
/// Remedies, in this order: move the type below those who use it; pass in what is needed instead of fetching it;
/// declare an interface on the lower side.
/// </summary>
public sealed class LayerTests
{
    [Theory]
    [MemberData(nameof(Projects))]
    public void A_folder_refers_only_to_itself_and_to_folders_below_it(string project)
    {
        var sources = ProjectSources.Load(project);
        var errors = sources.Compilation.GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.Empty(errors); // what does not compile does not resolve, and would not be seen

        var violations = LayerCheck.Violations(sources.Compilation, sources.Folder, Layers.Of[project]);
        Assert.True(violations.Count == 0, $"{violations.Count} violations in {project}:\n{string.Join('\n', violations)}");
    }

    [Fact]
    public void Every_file_of_Razor_is_checked_as_well()
    {
        var sources = ProjectSources.Load("Dashboard");
        var files = Directory.EnumerateFiles(Path.Combine(sources.Folder, "Components"), "*.razor", SearchOption.AllDirectories);
        var compiled = sources.Compilation.SyntaxTrees.Select(tree => tree.FilePath)
            .Where(path => path.EndsWith(".razor", StringComparison.Ordinal));
        Assert.Equal(files.Order(), compiled.Order());
    }

    public static TheoryData<string> Projects() => [.. Layers.Of.Keys];
}
