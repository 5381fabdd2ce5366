using System.Collections.Immutable;
using System.Text.Json;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Messages.Columns;
using Dashboard.Messages.Scanning;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Messages;

/// <summary>The columns of the table: taken away, added, by name or from what the records have.</summary>
public sealed partial class ColumnChoice : UiComponent
{
    /// <summary>Of so many records fields are suggested, and so many of them.</summary>
    const int Looked = 50, MostSuggested = 100;

    string added = "";
    string? refused;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    [Parameter, EditorRequired]
    public AskedMessages Asked { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Path { get; set; } = "";

    [Parameter]
    public string? At { get; set; }

    [Parameter, EditorRequired]
    public ImmutableArray<RecordColumn> Columns { get; set; }

    /// <summary>Why the address' columns cannot be shown.</summary>
    [Parameter]
    public string? Fault { get; set; }

    [Parameter]
    public IReadOnlyList<FoundRecord> Rows { get; set; } = [];

    List<string> Suggestions =>
    [
        .. Rows.Take(Looked).SelectMany(Fields).Distinct().Except(Columns.Select(c => c.Name)).Order(StringComparer.Ordinal)
            .Take(MostSuggested),
    ];

    public static string Words(Text text, RecordColumn column) => column.Kind switch
    {
        ColumnKind.Partition => text["Col_Partition"],
        ColumnKind.Field => column.Name.StartsWith("key.", StringComparison.Ordinal) ? column.Name : column.Head,
        ColumnKind.Header => column.Head,
        _ => text[$"Messages_{column.Kind}"],
    };

    static IEnumerable<string> Fields(FoundRecord row)
    {
        var ofKey = row.Key?.Json is { ValueKind: JsonValueKind.Object } key ? key.EnumerateObject().Select(p => $"key.{p.Name}") : [];
        var ofValue = row.Value?.Json is { ValueKind: JsonValueKind.Object } value
            ? value.EnumerateObject().SelectMany(p => p.Value.ValueKind == JsonValueKind.Object
                ? p.Value.EnumerateObject().Select(inner => $"value.{p.Name}.{inner.Name}")
                : [$"value.{p.Name}"])
            : [];
        return [.. ofValue, .. ofKey, .. row.Message.Headers.Select(h => $"header.{h.Name}")];
    }

    /// <summary>A table has a column at least: without one it has all of the default ones.</summary>
    string Href(ImmutableArray<RecordColumn> columns) =>
        (Asked with { Columns = columns.Length == 0 ? null : RecordColumn.Write(columns) }).Href(Path, At);

    void Add()
    {
        try
        {
            if (string.IsNullOrWhiteSpace(added))
            {
                return;
            }

            var columns = RecordColumn.Parse($"{RecordColumn.Write(Columns)},{added.Trim()}");
            (refused, added) = (null, "");
            Navigation.NavigateTo(Href(columns));
        }
        catch (FormatException e)
        {
            refused = e.Message;
        }
    }
}
