namespace Runner;

/// <summary>What a project's one or two runs come to.</summary>
/// <param name="Again">What passed only when it was run once more: methods, or the project's name.</param>
/// <param name="Unexcused">Of those, what counts as failed all the same, because the list does not excuse it.</param>
sealed record Verdict(string Project, int Passed, int Failed, int Skipped, IReadOnlyList<string> Again, IReadOnlyList<string> Unexcused, Run Run)
{
    public bool IsBroken => Run.Results is null;

    public static Verdict Of(string project, Run run) => new(
        project,
        run.Results?.Count(result => result.Outcome == Outcome.Passed) ?? 0,
        run.Results is null ? 1 : run.Failures.Count(),
        run.Results?.Count(result => result.Outcome == Outcome.Skipped) ?? 0,
        [], [], run);

    /// <summary>
    /// The verdict when what failed was run again: what failed twice has failed, and so has what passed only then, unless it is excused. A project that was cut off
    /// at first was run again whole.
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
        var failed = verdict.Failed + unexcused.Length;
        var passed = counted.Passed + counted.Failed - failed;
        return counted with { Passed = passed, Failed = failed, Again = again, Unexcused = unexcused, Run = second };
    }
}
