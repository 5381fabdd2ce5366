namespace Wire.Generator.Tests;

/// <summary>Each error of a schema is a compiler error with the file, the line, the column and the words it is about.</summary>
public sealed class DiagnosticTests
{
    const string Response = "\nresponse 1 A 0-3 flexible 2+\n  E int16 0+\n";

    [Theory]
    [InlineData("WIRE001", 2, 3, "Name", "  Name")]
    [InlineData("WIRE001", 2, 8, "string", "  Name string")]
    [InlineData("WIRE001", 2, 18, "sometimes", "  Name string 0+ sometimes")]
    [InlineData("WIRE001", 2, 18, "=", "  Name string 0+ =")]
    [InlineData("WIRE001", 2, 20, "\"open", "  Name string 0+ = \"open")]
    [InlineData("WIRE002", 2, 5, "Name", "    Name string 0+")]
    [InlineData("WIRE002", 2, 2, "Name", " Name string 0+")]
    [InlineData("WIRE002", 3, 5, "Inner", "  Name string 0+\n    Inner string 0+")]
    [InlineData("WIRE002", 2, 1, "\t", "\tName string 0+")]
    [InlineData("WIRE004", 2, 15, "3-2", "  Name string 3-2")]
    [InlineData("WIRE004", 2, 15, "v1", "  Name string v1")]
    [InlineData("WIRE004", 2, 23, "x", "  Name string 0+ null x")]
    [InlineData("WIRE005", 2, 8, "int", "  Name int 0+")]
    [InlineData("WIRE005", 2, 8, "[]Missing", "  Name []Missing 0+")]
    [InlineData("WIRE006", 3, 3, "Name", "  Name string 0+\n  Name int8 0+")]
    [InlineData("WIRE006", 4, 10, "[]Inner", "  First []Inner 0+\n    X int8 0+\n  Second []Inner 0+\n    X int8 0+")]
    [InlineData("WIRE007", 2, 3, "Inner", "  Inner []Inner 0+\n    X int8 0+")]
    [InlineData("WIRE007", 3, 5, "Inner", "  List []Inner 0+\n    Inner int8 0+")]
    [InlineData("WIRE007", 2, 3, "ApiKey", "  ApiKey int16 0+")]
    [InlineData("WIRE007", 2, 3, "Write", "  Write int16 0+")]
    [InlineData("WIRE008", 2, 18, "300", "  Name int8 0+ = 300")]
    [InlineData("WIRE008", 2, 18, "yes", "  Name bool 0+ = yes")]
    [InlineData("WIRE008", 2, 20, "null", "  Name string 0+ = null")]
    [InlineData("WIRE008", 2, 22, "1", "  Name []string 0+ = 1")]
    [InlineData("WIRE009", 2, 17, "null", "  Name int32 0+ null 1+")]
    [InlineData("WIRE009", 2, 19, "null", "  Name string 0-1 null 2+")]
    [InlineData("WIRE010", 2, 18, "tag", "  Name string 0+ tag 0 1+")]
    [InlineData("WIRE010", 2, 18, "tag", "  Name string 2+ tag 0 2")]
    [InlineData("WIRE010", 2, 22, "-1", "  Name string 2+ tag -1 2+")]
    [InlineData("WIRE010", 3, 3, "Other", "  Name string 2+ tag 0 2+\n  Other string 2+ tag 0 2+")]
    [InlineData("WIRE011", 2, 3, "Name", "  Name string 4+")]
    [InlineData("WIRE015", 2, 3, "name", "  name string 0+")]
    [InlineData("WIRE015", 2, 3, "Na-me", "  Na-me string 0+")]
    public void A_wrong_field_is_reported_where_it_stands(string id, int line, int column, string words, string fields) =>
        Expect(id, line, column, words, "request 1 A 0-3 flexible 2+\n" + fields + Response);

    [Theory]
    [InlineData("WIRE003", 1, 1, "message", "message A 0-1 flexible none")]
    [InlineData("WIRE001", 1, 19, "none", "struct A flexible none")]
    [InlineData("WIRE001", 1, 14, "compact", "struct A 0-1 compact none")]
    [InlineData("WIRE004", 1, 10, "0+", "struct A 0+ flexible none")]
    [InlineData("WIRE004", 1, 23, "2-3", "struct A 0-1 flexible 2-3")]
    [InlineData("WIRE014", 1, 9, "x", "request x A 0-1 flexible none")]
    [InlineData("WIRE015", 1, 8, "a", "struct a 0-1 flexible none")]
    [InlineData("WIRE002", 1, 3, "X", "  X int8 0+")]
    [InlineData("WIRE006", 2, 8, "A", "struct A 0-1 flexible none\nstruct A 0-1 flexible none")]
    [InlineData("WIRE012", 1, 11, "A", "request 1 A 0-1 flexible none")]
    [InlineData("WIRE012", 2, 12, "A", "request 1 A 0-1 flexible none\nresponse 2 A 0-1 flexible none")]
    [InlineData("WIRE012", 2, 12, "A", "request 1 A 0-1 flexible none\nresponse 1 A 0-2 flexible none")]
    [InlineData("WIRE014", 2, 12, "B", "response 1 A 0-1 flexible none\nresponse 1 B 0-1 flexible none")]
    [InlineData("WIRE005", 2, 3, "x", "record A\n  x B")]
    [InlineData("WIRE013", 2, 3, "x", "record A\n  x []A")]
    [InlineData("WIRE009", 2, 9, "null", "record A\n  x int null")]
    [InlineData("WIRE001", 2, 9, "0+", "record A\n  x int 0+")]
    public void A_wrong_definition_is_reported_where_it_stands(string id, int line, int column, string words, string schema) =>
        Expect(id, line, column, words, schema);

    [Fact]
    public void A_class_defined_in_two_files_is_reported_with_the_other_file()
    {
        var run = new GeneratorRun(("a.schema", "struct A 0 flexible none\n"), ("b.schema", "struct A 0 flexible none\n"));
        var problem = Assert.Single(run.Result.Diagnostics);
        Assert.Equal("WIRE006", problem.Id);
        Assert.Equal("/repo/b.schema", problem.Location.GetLineSpan().Path);
        Assert.Contains("a.schema", problem.GetMessage());
    }

    [Fact]
    public void One_wrong_definition_does_not_cost_the_others_their_code()
    {
        var run = new GeneratorRun(("a.schema", "struct A 0 flexible none\n  X what 0+\nstruct B 0 flexible none\n  X int8 0+\n"));
        Assert.Equal("WIRE005", Assert.Single(run.Result.Diagnostics).Id);
        Assert.Contains(run.Result.GeneratedSources, source => source.HintName == "a.B.g.cs");
        Assert.DoesNotContain(run.Result.GeneratedSources, source => source.HintName == "a.A.g.cs");
    }

    [Fact]
    public void A_nullable_struct_that_begins_empty_is_asked_for_its_defaults_in_the_versions_without_it()
    {
        var run = new GeneratorRun(("a.schema", "struct A 0-1 flexible none\n  Inner Part 1+ null 1+\n    X int8 1+\n"));
        Assert.Empty(run.Result.Diagnostics);
        Assert.Empty(run.CompilerSays);
    }

    static void Expect(string id, int line, int column, string words, string schema)
    {
        var run = new GeneratorRun(("Schemas/a.schema", schema));
        var problem = run.Result.Diagnostics.First();
        var span = problem.Location.GetLineSpan();
        Assert.Equal((id, line, column), (problem.Id, span.StartLinePosition.Line + 1, span.StartLinePosition.Character + 1));
        Assert.Equal("/repo/Schemas/a.schema", span.Path);
        Assert.Equal(words.Length, span.EndLinePosition.Character - span.StartLinePosition.Character);
        Assert.Equal(words, schema.Substring(problem.Location.SourceSpan.Start, problem.Location.SourceSpan.Length));
        Assert.Equal(Microsoft.CodeAnalysis.DiagnosticSeverity.Error, problem.Severity);
    }
}
