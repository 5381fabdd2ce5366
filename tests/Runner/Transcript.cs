namespace Runner;

/// <summary>
/// What is written of a project when it ended: of each failure its name, what it said and where, of the skips why, then the counts.
/// </summary>
static class Transcript
{
    // a broken machine fails everything: then the first failures tell enough
    const int MaxLines = 400;
    const int MaxLinesOfOne = 40;
    const int MaxLinesOfOutput = 30;
    const int MaxSlow = 5;

    /// <summary>Seconds.</summary>
    const double Slow = 5;

    public static void Write(TextWriter to, Verdict verdict, Run first, Run? second, int seconds)
    {
        if (first is { Results: [] })
        {
            return; // the filter names none of its tests
        }

        to.WriteLine($"== {verdict.Project}");
        Write(to, first);
        if (second is not null)
        {
            to.WriteLine("   not green at the first run; what failed ran once more");
            Write(to, second);
        }

        if (!verdict.IsBroken)
        {
            to.WriteLine($"   {verdict.Passed} passed, {verdict.Failed} failed, {verdict.Skipped} skipped in {seconds} s{Slowest(first)}");
        }
    }

    /// <summary>Where to look first when the whole takes too long.</summary>
    static string Slowest(Run run)
    {
        var slow = (run.Results ?? []).Where(result => result.Seconds >= Slow).OrderByDescending(result => result.Seconds).Take(MaxSlow);
        var list = string.Join(
            ", ", slow.Select(result => $"{result.Seconds:0} s {result.Method[(result.Method.LastIndexOf('.') + 1)..]}"));
        return list.Length > 0 ? $"; slowest: {list}" : "";
    }

    static void Write(TextWriter to, Run run)
    {
        var lines = run.Results is null
            ? run.Output.TrimEnd().Split('\n').TakeLast(MaxLinesOfOutput)
            : run.Results.Where(result => result.Outcome != Outcome.Passed).SelectMany(Lines).Take(MaxLines);
        foreach (var line in lines)
        {
            to.WriteLine(line);
        }
    }

    static IEnumerable<string> Lines(Result result) => result.Outcome == Outcome.Skipped
        ? [$"  Skipped {result.Name}: {result.Detail}"]
        : [$"  Failed {result.Name}", .. result.Detail.Split('\n').Take(MaxLinesOfOne).Select(line => "    " + line)];
}
