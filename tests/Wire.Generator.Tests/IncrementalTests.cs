using Microsoft.CodeAnalysis;

namespace Wire.Generator.Tests;

/// <summary>A keystroke costs the file it was made in and nothing else.</summary>
public sealed class IncrementalTests
{
    const string First = "struct A 0-1 flexible none\n  X int32 0+\n";
    const string Second = "struct B 0-1 flexible none\n  X int32 0+\n";

    [Fact]
    public void Unchanged_schemas_are_not_looked_at_again()
    {
        var run = new GeneratorRun(("a.schema", First), ("b.schema", Second));
        run.Change("a.schema", First);
        Assert.All(
            run.Reasons(SchemaGenerator.FilesStep),
            reason => Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged));
        Assert.All(run.OutputReasons(), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void A_changed_field_emits_its_own_message_only()
    {
        var run = new GeneratorRun(("a.schema", First), ("b.schema", Second));
        run.Change("a.schema", First + "  Y int32 1+\n");
        Assert.Equal([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached], run.Reasons(SchemaGenerator.CodeStep));
        Assert.All(
            run.Reasons(SchemaGenerator.HeadersStep),
            reason => Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged));
        Assert.Contains("public int Y", run.Source("a.A.g.cs"));
    }

    [Fact]
    public void A_changed_comment_emits_nothing()
    {
        var run = new GeneratorRun(("a.schema", First), ("b.schema", Second));
        run.Change("a.schema", "# new words\n" + First);
        Assert.Equal([IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Cached], run.Reasons(SchemaGenerator.CodeStep));
    }
}
