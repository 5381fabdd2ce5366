using Runner;

namespace Architecture.Tests.Running;

/// <summary>What the runs of a project come to: nothing that failed may count as passed.</summary>
public sealed class VerdictTests
{
    static readonly Excuses none = new([]);

    [Fact]
    public void A_run_counts_what_it_reported()
    {
        var verdict = Verdict.Of("P", Ran(Passed("a"), Failed("b"), Skipped("c"), Passed("d")));
        Assert.Equal((2, 1, 1, false), (verdict.Passed, verdict.Failed, verdict.Skipped, verdict.IsBroken));
    }

    [Fact]
    public void A_run_that_was_cut_off_is_a_failure()
    {
        var verdict = Verdict.Of("P", CutOff);
        Assert.Equal((0, 1, true), (verdict.Passed, verdict.Failed, verdict.IsBroken));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("P.b the machine", 0)]
    [InlineData("P.b", 1)] // an excuse has a reason
    [InlineData("# P.b the machine", 1)]
    [InlineData("P.a the machine", 1)]
    public void What_passes_only_when_run_once_more_is_told_unless_it_is_excused(string line, int unexcused)
    {
        var verdict = Verdict.Of("P", Ran(Passed("a"), Failed("b")), Ran(Passed("b")), new Excuses([line]));
        Assert.Equal((2, 0), (verdict.Passed, verdict.Failed));
        Assert.Equal(["P.b"], verdict.Again);
        Assert.Equal(unexcused, verdict.Unexcused.Count);
    }

    [Fact]
    public void Two_tests_of_all_projects_may_pass_only_when_run_once_more_and_not_three()
    {
        var late = Verdict.Of("P", Ran(Passed("a"), Failed("b")), Ran(Passed("b")), none);
        var two = Total.Of([late, late with { Unexcused = ["Q.b"] }]);
        Assert.Equal((4, 0, 2), (two.Passed, two.Failed, two.Again.Count));
        Assert.Empty(two.Counted);

        var three = Total.Of([late, late with { Unexcused = ["Q.b", "Q.c"] }]);
        Assert.Equal((1, 3), (three.Passed, three.Failed));
        Assert.Equal(["P.b", "Q.b", "Q.c"], three.Counted);
    }

    [Fact]
    public void A_project_that_was_cut_off_is_given_no_grace()
    {
        var total = Total.Of([Verdict.Of("P", CutOff, Ran(Passed("a")), none), Verdict.Of("Q", Ran(Failed("b")))]);
        Assert.Equal((0, 2), (total.Passed, total.Failed));
        Assert.Equal(["P"], total.Counted);
    }

    [Fact]
    public void What_fails_twice_has_failed_though_it_is_excused()
    {
        var verdict = Verdict.Of("P", Ran(Passed("a"), Failed("b")), Ran(Failed("b")), new Excuses(["P.b the machine"]));
        Assert.Equal((1, 1), (verdict.Passed, verdict.Failed));
        Assert.Empty(verdict.Again);
    }

    [Fact]
    public void A_project_that_was_cut_off_once_has_failed_though_its_second_run_was_green()
    {
        var verdict = Verdict.Of("P", CutOff, Ran(Passed("a"), Passed("b")), none);
        Assert.Equal((1, 1), (verdict.Passed, verdict.Failed));
        Assert.Equal(["P"], verdict.Unexcused);
        Assert.Equal(0, Verdict.Of("P", CutOff, Ran(Passed("a"), Passed("b")), new Excuses(["P the machine"])).Failed);
    }

    [Fact]
    public void A_project_that_was_cut_off_twice_is_broken() =>
        Assert.True(Verdict.Of("P", CutOff, CutOff, none) is { IsBroken: true, Failed: 1 });

    static Run CutOff => new(null, "it hung");

    static Run Ran(params Result[] results) => new(results, "");

    static Result Passed(string name) => new($"P.{name}", name, Outcome.Passed, "");

    static Result Failed(string name) => new($"P.{name}", name, Outcome.Failed, "why");

    static Result Skipped(string name) => new($"P.{name}", name, Outcome.Skipped, "why");
}
