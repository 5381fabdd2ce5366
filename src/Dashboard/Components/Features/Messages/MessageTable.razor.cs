using System.Collections.Immutable;
using Dashboard.Components.Foundation.Bodies;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Columns;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Messages;

/// <summary>Records as rows, with the columns that were chosen. A row opens by its offset, or by its first column.</summary>
public sealed partial class MessageTable : UiComponent
{
    const int MostOfKey = 40, MostOfField = 80, MostOfValue = 200;

    [Parameter, EditorRequired]
    public IReadOnlyList<FoundRecord> Rows { get; set; } = [];

    [Parameter, EditorRequired]
    public ImmutableArray<RecordColumn> Columns { get; set; }

    /// <summary>The place of the record that is open.</summary>
    [Parameter]
    public string? Opened { get; set; }

    [Parameter, EditorRequired]
    public Func<FoundRecord, string> HrefOf { get; set; } = null!;

    /// <summary>With the record taken to be compared, or put back.</summary>
    [Parameter, EditorRequired]
    public Func<FoundRecord, string> PickHref { get; set; } = null!;

    /// <summary>Places with a comma.</summary>
    [Parameter]
    public string? Picked { get; set; }

    RecordColumn Opener => Columns.FirstOrDefault(column => column.Kind == ColumnKind.Offset) ?? Columns[0];

    static bool IsNumber(RecordColumn column) =>
        column.Kind is ColumnKind.Partition or ColumnKind.Offset or ColumnKind.Headers or ColumnKind.Size;

    static string? Css(RecordColumn column) => column.Kind switch
    {
        ColumnKind.Value => "clip full",
        ColumnKind.Time => "when",
        ColumnKind.Field or ColumnKind.Header => "field-cell",
        _ => IsNumber(column) ? "num" : null,
    };

    bool IsPicked(string place) => Picked?.Split(',').Contains(place) == true;

    string Text(FoundRecord row, RecordColumn column) => (column.Kind, row.Message) switch
    {
        (ColumnKind.Partition, var message) => Format.Id(message.Partition),
        (ColumnKind.Offset, var message) => Format.Number(message.Offset),
        (ColumnKind.Headers, var message) => Format.Number(message.Headers.Length),
        (ColumnKind.Size, var message) => Format.Bytes(message.ValueLength),
        (_, { Concealed: Concealed.All }) => L["Messages_NotAllowed"],
        (ColumnKind.Key, var message) => row.Key is { Schema: not null, Text: var text }
            ? Format.Clip(TextDecoding.Visible(text, out _), MostOfKey)
            : Body.Short(message.Key, MostOfKey),
        (ColumnKind.Value, { Value: null }) => L["Messages_Tombstone"],
        // decoded by a schema, it is not what its bytes are
        (ColumnKind.Value, var message) => row.Value is { Schema: not null, Text: var text }
            ? Format.Clip(TextDecoding.Visible(text, out _), MostOfValue)
            : Body.Short(message.Value, MostOfValue),
        _ => Field(row, column),
    };

    /// <summary>Of a value of which the beginning alone was kept nothing can be said: it is not absent.</summary>
    string Field(FoundRecord row, RecordColumn column)
    {
        var isCut = column.Kind == ColumnKind.Field && row.Value is { Json: null } && row.Message.ValueLength > MessageView.BytesKept;
        return column.Of(row) is { } text ? Format.Clip(TextDecoding.Visible(text, out _), MostOfField).ReplaceLineEndings(" ")
            : isCut ? L["Messages_FieldCut"]
            : Format.None;
    }

    RenderFragment Cell(FoundRecord row, RecordColumn column) => builder =>
    {
        switch (column.Kind)
        {
            case ColumnKind.Time:
                builder.OpenComponent<RecordTime>(0);
                builder.AddComponentParameter(1, nameof(RecordTime.Milliseconds), row.Message.Timestamp);
                builder.CloseComponent();
                break;
            case ColumnKind.Value:
                if (row.Transaction is TransactionEnd.Aborted or TransactionEnd.NotTold)
                {
                    builder.AddContent(2, E("span", L[$"Messages_{row.Transaction}"], "pill is-warn"));
                }

                builder.AddContent(3, E("span", Text(row, column), row.Message.Value is null ? "quiet" : "as-is"));
                break;
            default:
                builder.AddContent(4, Text(row, column));
                break;
        }
    };
}
