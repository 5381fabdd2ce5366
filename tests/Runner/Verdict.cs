namespace Runner;

/// <summary>What a project's one or two runs come to.</summary>
/// <param name="Again">What passed only when it was run once more: methods, or the project's name.</param>
/// <param name="Unexcused">
/// Of those, what the list does not excuse. A project counts as failed then, tests do where they are many: <see cref="Total"/>.
/// </param>
sealed record Verdict(
    string Project,
    int Passed,
    int Failed,
    int Skipped,
    IReadOnlyList<string> Again,
    IReadOnlyList<string> Unexcused,
    Run Run)
{
    public bool IsBroken => Run.Results is null;

    public static Verdict Of(string project, Run run) => new(
        project,
        run.Results?.Count(result => result.Outcome == Outcome.Passed) ?? 0,
        run.Results is null ? 1 : run.Failures.Count(),
        run.Results?.Count(result => result.Outcome == Outcome.Skipped) ?? 0,
        [], [], run);

    /// <summary>
    /// The verdict when what failed was run again: what failed twice has failed. A project that was cut off at first was run again whole,
    /// and has failed although its second run is green, unless it is excused.
    /// </summary>
    public static Verdict Of(string project, Run first, Run second, Excuses excuses)
    {
        var whole = first.Results is null;
        var verdict = Of(project, second);
        if (verdict.IsBroken)
        {
            return verdict;
        }

        string[] before = whole ? [project] : [.. first.Failures.Select(failure => failure.Method).Distinct()];
        string[] now = whole && !second.IsGreen ? [project] : [.. second.Failures.Select(failure => failure.Method)];
        string[] again = [.. before.Except(now)];
        string[] unexcused = [.. again.Where(name => !excuses.Has(name))];
        var counted = whole ? verdict : Of(project, first);
        var failed = verdict.Failed + (whole ? unexcused.Length : 0);
        var passed = counted.Passed + counted.Failed - failed;
        return counted with { Passed = passed, Failed = failed, Again = again, Unexcused = unexcused, Run = second };
    }
}
