using System.Text.RegularExpressions;
using Cel;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Filters;

/// <summary>
/// An expression of the Common Expression Language over <c>key</c> and <c>value</c> (a string, or what their JSON is; null without one),
/// <c>headers</c> (strings by name, the last of a name), <c>partition</c>, <c>offset</c>, <c>timestamp</c> (ms since 1970) and <c>size</c>
/// (bytes of the value). A record that does not have what the expression asks for does not fit.
/// </summary>
sealed partial class CelFilter : IRecordFilter
{
    static readonly CelEnvironment environment = new(null, null);

    readonly CelProgramDelegate program;
    readonly CelLiterals literals;

    public CelFilter(string expression)
    {
        Text = $"{RecordFilters.CelKind}:{expression}";
        literals = CelLiterals.Of(expression);
        try
        {
            program = environment.Compile(expression);
            // names and functions that are not there show when it runs
            Run(CelValues.Sample);
        }
        catch (Exception e) when (IsOfAuthor(e))
        {
            throw new FilterException($"cel: {e.Message}", Column(e.Message));
        }
    }

    public string Text { get; }

    public bool MayBeIn(ReadOnlySpan<byte> written) => literals.MayBeIn(written);

    public bool Fits(ViewedRecord record) => Run(CelValues.Of(record));

    /// <summary>An error of a record is that it has no such field, or one of another type; others are the expression's.</summary>
    bool Run(Dictionary<string, object?> variables)
    {
        try
        {
            return program(variables) is true;
        }
        catch (Exception e) when (!IsOfAuthor(e))
        {
            return false;
        }
    }

    static bool IsOfAuthor(Exception e) =>
        e is CelExpressionParserException or CelUndeclaredReferenceException or CelUnboundFunctionException;

    static int? Column(string message) =>
        Place().Match(message) is { Success: true } place ? int.Parse(place.Groups[1].ValueSpan) + 1 : null;

    [GeneratedRegex(@"Line \d+:(\d+)")]
    private static partial Regex Place();
}
