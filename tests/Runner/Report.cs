using System.Xml.Linq;

namespace Runner;

enum Outcome
{
    Passed,
    Failed,
    Skipped,
}

/// <summary>One test case.</summary>
/// <param name="Method">Its method with namespace and class: what <c>--filter-method</c> takes.</param>
/// <param name="Name">The method, with the arguments of a theory.</param>
/// <param name="Detail">What a failure said and where, or why it was skipped.</param>
/// <param name="Seconds">How long it ran, fixtures apart.</param>
sealed record Result(string Method, string Name, Outcome Outcome, string Detail, double Seconds = 0);

/// <summary>
/// xUnit.net's own XML report (<c>--report-xunit-xml</c>), schema version 3: unlike TRX it names the method apart from the arguments.
/// It is written when a run ends, so a run that was cut off has none.
/// </summary>
static class Report
{
    /// <summary>The results in the file; null when there is none.</summary>
    public static IReadOnlyList<Result>? Read(string file) =>
        File.Exists(file) ? [.. XDocument.Load(file).Descendants("test").Where(HasRun).Select(Read)] : null;

    // tests that run only when asked for are listed as well
    static bool HasRun(XElement test) => (string?)test.Attribute("result") != "NotRun";

    static Result Read(XElement test)
    {
        var outcome = (string?)test.Attribute("result") switch { "Pass" => Outcome.Passed, "Fail" => Outcome.Failed, _ => Outcome.Skipped };
        var failure = test.Element("failure");
        var parts = new[] { failure?.Element("message"), failure?.Element("stack-trace"), test.Element("reason"), test.Element("output") };
        return new Result(
            $"{(string?)test.Attribute("type")}.{(string?)test.Attribute("method")}",
            (string?)test.Attribute("name") ?? "",
            outcome,
            string.Join('\n', parts.Where(part => part is not null).Select(part => part!.Value.TrimEnd())),
            (double?)test.Attribute("time") ?? 0);
    }
}
