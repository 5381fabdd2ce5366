namespace Runner;

/// <summary>What all projects come to.</summary>
/// <param name="Again">What passed only when it was run once more.</param>
/// <param name="Counted">Of those, what counts as failed.</param>
sealed record Total(int Passed, int Failed, int Skipped, IReadOnlyList<string> Again, IReadOnlyList<string> Counted)
{
    /// <summary>
    /// So many tests may pass only at their second run. Thousands of them talk over real sockets in real time: one that missed a deadline
    /// says that the machine was busy, more say that something is wrong. They are named, so that the same one is not met twice.
    /// </summary>
    const int Grace = 2;

    public static Total Of(IReadOnlyList<Verdict> verdicts)
    {
        string[] projects = [.. verdicts.SelectMany(verdict => verdict.Unexcused.Where(name => name == verdict.Project))];
        string[] tests = [.. verdicts.SelectMany(verdict => verdict.Unexcused).Except(projects)];
        string[] late = tests.Length > Grace ? tests : [];
        return new(
            verdicts.Sum(verdict => verdict.Passed) - late.Length,
            verdicts.Sum(verdict => verdict.Failed) + late.Length,
            verdicts.Sum(verdict => verdict.Skipped),
            [.. verdicts.SelectMany(verdict => verdict.Again)],
            [.. projects, .. late]);
    }
}
