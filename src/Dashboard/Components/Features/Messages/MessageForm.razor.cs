using System.Globalization;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Messages.Filters;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Messages;

/// <summary>The form of a reading. Times are typed in the reader's zone and stand in the address in UTC.</summary>
public sealed partial class MessageForm : UiComponent
{
    /// <summary>Stands for no filter.</summary>
    const string None = "none";

    /// <summary>What of the records is shown: each, of each key the last one, or what is written from now on.</summary>
    const string All = "all", Latest = "latest", Tail = "tail";

    static readonly string[] shows = [All, Latest, Tail];

    static readonly string[] isolations = ["read_committed", "read_uncommitted"];
    static readonly string[] kinds = [None, .. RecordFilters.Kinds];
    static readonly int[] limits = [50, 200, 500, 1000];

    string? from, to, partitions, filter;
    string isolation = isolations[0], kind = None, show = All;
    int limit = ScanQuery.DefaultLimit;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    [Parameter, EditorRequired]
    public AskedMessages Asked { get; set; } = null!;

    /// <summary>How many the topic has.</summary>
    [Parameter]
    public int Partitions { get; set; }

    [Parameter, EditorRequired]
    public string Path { get; set; } = "";

    /// <summary>Why the address cannot be read.</summary>
    [Parameter]
    public FormatException? Fault { get; set; }

    static readonly string[] placed = ["from", "to", "partitions"];

    /// <summary>What has no field of its own here stands below the filter.</summary>
    string? Elsewhere => Fault is QueryFaultException { Parameter: var of } && placed.Contains(of) ? null : Fault?.Message;

    /// <summary>The character of the filter at which it goes wrong, between some of what stands before and after it.</summary>
    (string Before, string At, string After)? Wrong
    {
        get
        {
            const int Around = 24;
            var colon = Asked.Text.Filter?.IndexOf(':', StringComparison.Ordinal) ?? -1;
            if (Fault is not QueryFaultException { Column: { } column } || colon < 0)
            {
                return null;
            }

            var text = Asked.Text.Filter![(colon + 1)..];
            var at = Math.Clamp(column - 1, 0, text.Length);
            var after = Math.Min(at + 1, text.Length);
            return (
                (at > Around ? "…" : "") + text[Math.Max(0, at - Around)..at], at < text.Length ? text[at..after] : " ",
                text[after..Math.Min(text.Length, after + Around)] + (text.Length > after + Around ? "…" : ""));
        }
    }

    string? Of(string parameter) => Fault is QueryFaultException fault && fault.Parameter == parameter ? fault.Message : null;

    int[] Limits => limits.Contains(limit) ? limits : [.. limits.Append(limit).Order()];

    protected override void OnInitialized()
    {
        var text = Asked.Text;
        show = Asked.Tail ? Tail : Asked.IsLatest ? Latest : All;
        (from, to, partitions) = (Typed(text.From), Typed(text.To), text.Partitions);
        isolation = isolations.Contains(text.Isolation) ? text.Isolation! : isolations[0];
        limit = int.TryParse(text.Limit, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : limit;
        var colon = text.Filter?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        (kind, filter) = colon > 0 && kinds.Contains(text.Filter![..colon])
            ? (text.Filter[..colon], text.Filter[(colon + 1)..])
            : (None, text.Filter);
    }

    /// <summary>A range that was dragged over the volume. Nothing is read before it is asked for.</summary>
    public void Take(DateTimeOffset begin, DateTimeOffset end)
    {
        (from, to) = (Format.Moment(Reader.Clock, begin), Format.Moment(Reader.Clock, end));
        StateHasChanged();
    }

    void Go()
    {
        // typed without a choice, it is a text to look for
        var by = kind == None && !string.IsNullOrWhiteSpace(filter) ? RecordFilters.TextKind : kind;
        var text = new ScanQueryText(
            Bound(from), show == Tail ? null : Bound(to), partitions?.Trim(), limit == ScanQuery.DefaultLimit ? null : $"{limit}",
            string.IsNullOrEmpty(filter) ? null : $"{by}:{filter}", isolation == isolations[0] ? null : isolation, null)
        {
            View = show == Latest ? ScanQueryText.LatestView : null,
        };
        Navigation.NavigateTo((Asked with { Text = text, Tail = show == Tail }).Href(Path));
    }

    /// <summary>As a person reads it.</summary>
    string? Typed(string? bound)
    {
        if (bound?.StartsWith("offset:", StringComparison.Ordinal) == true)
        {
            return bound["offset:".Length..];
        }

        try
        {
            return bound?.StartsWith("time:", StringComparison.Ordinal) == true && ScanBound.Parse(bound) is { } time
                ? Format.Moment(Reader.Clock, DateTimeOffset.FromUnixTimeMilliseconds(time.Value))
                : bound;
        }
        catch (FormatException)
        {
            return bound; // and the address' fault is said
        }
    }

    /// <summary>A number is an offset, what a calendar knows a time; anything else goes as it is, to be refused with its reason.</summary>
    string? Bound(string? typed)
    {
        var text = typed?.Trim();
        if (string.IsNullOrEmpty(text) || text.Contains(':', StringComparison.Ordinal) && !char.IsAsciiDigit(text[0]))
        {
            return text;
        }

        if (text.All(char.IsAsciiDigit))
        {
            return $"offset:{text}";
        }

        return IsoTime.Read(text, Reader.Clock) is { } time ? ScanBound.Time(time).ToString() : text;
    }
}
