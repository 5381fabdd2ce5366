using Microsoft.CodeAnalysis.CSharp;

namespace Architecture.Tests;

/// <summary>
/// One name, one type: whoever searches for a name finds one declaration. What is the same in two projects belongs in one
/// that both refer to (Wire, Kafka.Protocol, ZooKeeper.Protocol); what is not gets names that say what each is.
/// </summary>
public sealed class TypeNameTests
{
    /// <summary>
    /// Names that stand in more than one project, each with the reason. One that stands in one project only has to go from here.
    /// </summary>
    static readonly IReadOnlyDictionary<string, string> exceptions = new Dictionary<string, string>();

    [Fact]
    public void A_name_stands_in_one_project()
    {
        var twins = TypeNames.Twins(ProjectSources.AllWritten());
        var names = twins.Select(twin => twin.Split(':')[0]).ToList();

        var unlisted = twins.Where(twin => !exceptions.ContainsKey(twin.Split(':')[0])).ToList();
        Assert.True(unlisted.Count == 0, string.Join('\n', unlisted));
        Assert.Empty(exceptions.Keys.Except(names));
    }

    [Fact]
    public void Twins_are_found_and_nested_types_and_those_of_one_file_are_not()
    {
        Assert.Equal(
            ["D: One, Two", "E: One, Two", "R: One, Two"],
            Twins(
                "record R; class A { class N; } enum E; delegate void D(); file class F;",
                "namespace X { public readonly record struct R; } class B { class N; } enum E; delegate int D(); file class F;"));
        Assert.Empty(Twins("partial class P;", ""));
    }

    static IReadOnlyList<string> Twins(string one, string two) =>
        TypeNames.Twins([
            ("One", CSharpSyntaxTree.ParseText(one)),
            ("One", CSharpSyntaxTree.ParseText(one)),
            ("Two", CSharpSyntaxTree.ParseText(two)),
        ]);
}
