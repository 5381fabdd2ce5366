using System.Text.RegularExpressions;
using Cel;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Filters;

/// <summary>
/// An expression of the Common Expression Language over <c>key</c> and <c>value</c> (a string, or what their JSON is; null without one),
/// <c>headers</c> (strings by name, the last of a name), <c>partition</c>, <c>offset</c>, <c>timestamp</c> (ms since 1970) and <c>size</c>
/// (bytes of the value). A record that does not have what the expression asks for does not fit. Regular expressions have a limit of time
/// (<see cref="BoundedRegex"/>).
/// </summary>
sealed partial class CelFilter : IRecordFilter
{
    /// <summary>Where names of types begin, which are none alone.</summary>
    const string Google = "google";

    const string Matches = "matches";

    /// <summary>The library's words for an element of what is null or not there: the record's fault, though it says the parser's.</summary>
    const string NoList = "List or map cannot be null.";

    static readonly CelEnvironment environment = Environment();

    readonly CelProgramDelegate program;
    readonly CelLiterals literals;

    public CelFilter(string expression)
    {
        Text = $"{RecordFilters.CelKind}:{expression}";
        CelPlaces.Check(expression);
        literals = CelLiterals.Of(expression);
        try
        {
            program = environment.Compile(expression);
            CelFunctions.Check(expression);
            // names that are not there show when it runs; what it gives is of no record
            Evaluate(CelValues.Sample);
        }
        catch (Exception e) when (OfAuthor(e) is { } wrong)
        {
            throw Fault(expression, wrong);
        }

        CheckNames(expression);
    }

    public string Text { get; }

    public bool MayBeIn(ReadOnlySpan<byte> written) => literals.MayBeIn(written);

    public bool Fits(ViewedRecord record)
    {
        try
        {
            return Evaluate(CelValues.Of(record)) switch
            {
                bool fits => fits,
                null => false,
                var other => throw new FilterException(
                    $"cel: the expression gives {Kind(other)}; it has to give true or false, as in value.total > 100."),
            };
        }
        catch (Exception e) when (OfAuthor(e) is { } wrong)
        {
            // what did not decide when it was compiled, and does for this record
            throw wrong is RegexMatchTimeoutException
                ? new FilterException($"cel: {BoundedRegex.TooLong(record.Message)}")
                : Fault(Text[(RecordFilters.CelKind.Length + 1)..], wrong);
        }
    }

    /// <summary>An error of a record is that it has no such field, or one of another type; others are the expression's.</summary>
    object? Evaluate(Dictionary<string, object?> variables)
    {
        try
        {
            return program(variables);
        }
        catch (Exception e) when (OfAuthor(e) is null)
        {
            return null;
        }
    }

    /// <summary>Of a &amp;&amp; that comes to false without it a wrong part is not told: each name is asked for alone as well.</summary>
    static void CheckNames(string expression)
    {
        foreach (var (name, place) in CelPlaces.Names(expression).Where(word => word.Name != Google))
        {
            try
            {
                environment.Compile(name)(CelValues.Sample);
            }
            catch (CelUndeclaredReferenceException e)
            {
                throw new FilterException($"cel: {e.Message}", place);
            }
            catch (CelExpressionParserException)
            {
                // a word of the language, such as in
            }
        }
    }

    /// <summary>What is wrong with the expression itself, also within a part of it.</summary>
    static Exception? OfAuthor(Exception? e)
    {
        while (e is not (null or CelExpressionParserException { Message: not NoList } or CelUndeclaredReferenceException
            or CelUnboundFunctionException or RegexParseException or RegexMatchTimeoutException))
        {
            e = e.InnerException;
        }

        return e;
    }

    static FilterException Fault(string expression, Exception wrong) => wrong is RegexParseException
        ? new($"cel: {Matches}: {wrong.Message}", CelPlaces.PlaceOf(expression, Matches))
        : new($"cel: {wrong.Message}", Column(wrong.Message) ?? CelPlaces.PlaceOf(expression, wrong.Message));

    /// <summary>The library's own matches takes as long as an expression makes it: for ever, with nested repetition.</summary>
    static CelEnvironment Environment()
    {
        var made = new CelEnvironment(null, null);
        made.RegisterFunction(
            Matches, [typeof(string), typeof(string)], given => BoundedRegex.Of((string)given[1]!).IsMatch((string)given[0]!));
        return made;
    }

    static string Kind(object value) => value switch
    {
        string => "a text",
        byte[] => "bytes",
        System.Collections.IDictionary => "an object",
        System.Collections.IEnumerable => "a list",
        _ => "a number",
    };

    static int? Column(string message) =>
        Place().Match(message) is { Success: true } place ? int.Parse(place.Groups[1].ValueSpan) + 1 : null;

    [GeneratedRegex(@"Line \d+:(\d+)")]
    private static partial Regex Place();
}
