using System.Text.RegularExpressions;

namespace Dashboard.Messages.Filters;

/// <summary>
/// A regular expression that fits somewhere in the key, the value, or the name or value of a header, in bounded time
/// (<see cref="BoundedRegex"/>).
/// </summary>
sealed class RegexFilter : IRecordFilter
{
    readonly Regex regex;

    public RegexFilter(string pattern)
    {
        try
        {
            regex = BoundedRegex.Of(pattern);
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
            throw new FilterException($"regex: {BoundedRegex.TooLong(record.Message)}");
        }
    }

    bool IsIn(string? text) => text is not null && regex.IsMatch(text);
}
