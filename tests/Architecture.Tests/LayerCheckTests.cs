using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Architecture.Tests;

/// <summary>The check itself sees what it is for: two folders of a small project, High above Low.</summary>
public sealed class LayerCheckTests
{
    const string High = "namespace High; public class Tower { public const int Floors = 3; public static int Height() => 1; "
        + "public Tower(int floors) { } public class Room; }";

    [Theory]
    [InlineData("class A { High.Tower? field; }")]
    [InlineData("class A { int field = High.Tower.Floors; }")]
    [InlineData("class A { string field = nameof(High.Tower.Height); }")]
    [InlineData("class A { void M(High.Tower[] towers) { } }")]
    [InlineData("class A { object field = new System.Collections.Generic.List<High.Tower.Room>(); }")]
    [InlineData("class A() : High.Tower(3);")]
    [InlineData("[System.ComponentModel.Description(\"\" + nameof(High))] class A { object M() => typeof(High.Tower); }")]
    [InlineData("using static High.Tower; class A { int field = Height(); }")]
    public void A_reference_upwards_is_found(string low)
    {
        var violation = Assert.Single(Check(("High/Tower.cs", High), ("Low/A.cs", low)));
        Assert.StartsWith("Low/A.cs:1: Tower is in High", violation);
    }

    [Fact]
    public void A_reference_downwards_is_none() =>
        Assert.Empty(Check(
            ("High/Tower.cs", High),
            ("High/B.cs", "namespace High; class B : Low.A;"),
            ("Low/A.cs", "namespace Low; class A;")));

    [Fact]
    public void A_type_in_two_folders_is_found() =>
        Assert.Equal(["High and Low: both have a part of A"], Check(("High/A.cs", "partial class A;"), ("Low/A.cs", "partial class A;")));

    [Fact]
    public void A_folder_that_is_not_listed_is_found() =>
        Assert.Equal(["High/Inner: not listed"], Check(("High/Tower.cs", High), ("High/Inner/C.cs", "class C;"), ("Low/A.cs", "class A;")));

    [Fact]
    public void A_layer_without_sources_is_found() =>
        Assert.Equal(["High: listed, but has no source file"], Check(("Low/A.cs", "class A;")));

    static IReadOnlyList<string> Check(params (string Path, string Text)[] files)
    {
        var root = Path.Combine(Path.GetTempPath(), "project");
        var compilation = CSharpCompilation.Create("Sample",
            files.Select(file => CSharpSyntaxTree.ParseText(file.Text, path: Path.Combine(root, file.Path))),
            [Assembly<object>(), Assembly<System.ComponentModel.DescriptionAttribute>()]);
        return LayerCheck.Violations(compilation, root, ["High", "Low"]);
    }

    static PortableExecutableReference Assembly<T>() => MetadataReference.CreateFromFile(typeof(T).Assembly.Location);
}
