using Dashboard.Messages.Scanning;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Messages;

/// <summary>What the address of the page says.</summary>
public sealed partial class Messages
{
    [Parameter]
    public string Name { get; set; } = "";

    [SupplyParameterFromQuery]
    public string? From { get; set; }

    [SupplyParameterFromQuery]
    public string? To { get; set; }

    /// <summary>As it was called before, of one partition.</summary>
    [SupplyParameterFromQuery]
    public string? Partition { get; set; }

    [SupplyParameterFromQuery]
    public string? Partitions { get; set; }

    [SupplyParameterFromQuery]
    public string? Limit { get; set; }

    [SupplyParameterFromQuery]
    public string? Filter { get; set; }

    [SupplyParameterFromQuery]
    public string? Isolation { get; set; }

    /// <summary>latest: of each key its last record.</summary>
    [SupplyParameterFromQuery]
    public string? View { get; set; }

    [SupplyParameterFromQuery]
    public string? Continue { get; set; }

    /// <summary>true: follows what is written.</summary>
    [SupplyParameterFromQuery]
    public string? Tail { get; set; }

    [SupplyParameterFromQuery]
    public string? Columns { get; set; }

    /// <summary>utc or local.</summary>
    [SupplyParameterFromQuery]
    public string? Zone { get; set; }

    /// <summary>Records to be compared.</summary>
    [SupplyParameterFromQuery]
    public string? Pick { get; set; }

    /// <summary>The record that is open: PARTITION:OFFSET.</summary>
    [SupplyParameterFromQuery]
    public string? At { get; set; }

    /// <summary>How its value is decoded.</summary>
    [SupplyParameterFromQuery]
    public string? As { get; set; }

    [SupplyParameterFromQuery]
    public string? KeyAs { get; set; }

    ScanQueryText Text => new(From, To, Partitions ?? Partition, Limit, Filter, Isolation, Continue) { View = View };

    /// <summary>Everything that the address says.</summary>
    AskedMessages Shown => new(Text)
    {
        Tail = Tail == AskedMessages.Following,
        Columns = Columns,
        Zone = Zone,
        Pick = Pick,
        As = Known(As),
        KeyAs = Known(KeyAs),
    };

    /// <summary>What is read, from its beginning: what the form is about.</summary>
    AskedMessages Asked => Shown with { Text = Text with { Continue = null }, Pick = null, As = null, KeyAs = null };

    /// <summary>Anybody writes addresses: a way to decode that there is not is none.</summary>
    static string? Known(string? format) => format is not null && Dashboard.Messages.Decoding.BodyFormats.IsChoice(format) ? format : null;
}
