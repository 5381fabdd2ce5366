using System.Text.RegularExpressions;

namespace Dashboard.Messages.Filters;

/// <summary>
/// A regular expression that fits somewhere in the key, the value, or the name or value of a header. Without backtracking where the
/// expression allows it, in time that grows with the record alone; else with a limit of time.
/// </summary>
sealed class RegexFilter : IRecordFilter
{
    static readonly TimeSpan most = TimeSpan.FromMilliseconds(250);

    readonly Regex regex;

    public RegexFilter(string pattern)
    {
        try
        {
            regex = Of(pattern);
        }
        catch (RegexParseException e)
        {
            throw new FilterException($"regex: {e.Message}", e.Offset + 1);
        }

        Text = $"{RecordFilters.RegexKind}:{pattern}";
    }

    public string Text { get; }

    public bool MayBeIn(ReadOnlySpan<byte> written) => true;

    public bool Fits(ViewedRecord record)
    {
        try
        {
            return IsIn(record.Key?.Text) || IsIn(record.Value?.Text)
                || record.Message.Headers.Any(h => IsIn(h.Name) || IsIn(ViewedRecord.HeaderText(h)));
        }
        catch (RegexMatchTimeoutException)
        {
            var at = record.Message;
            throw new FilterException(
                $"regex: the expression takes more than {most.TotalMilliseconds:0} ms on the record at offset {at.Offset} of partition "
                + $"{at.Partition}. One without nested repetition, lookaround and back references takes no longer than the record is.");
        }
    }

    bool IsIn(string? text) => text is not null && regex.IsMatch(text);

    static Regex Of(string pattern)
    {
        const RegexOptions Same = RegexOptions.CultureInvariant;
        try
        {
            return new Regex(pattern, Same | RegexOptions.NonBacktracking, most);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, Same | RegexOptions.Compiled, most);
        }
    }
}
