using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Foundation.Panels;

/// <summary>
/// A title, an age and a body, and its four other lives: loading, empty, stale, failed. "Timed out" is never drawn as "empty".
/// </summary>
public partial class Panel : UiComponent
{
    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    /// <summary>The section the body is made from. Default: a panel that needs none and is always live.</summary>
    [Parameter]
    public SectionState State { get; set; } = new(true, null, null);

    /// <summary>Further sections some figures of the body come from: when one fails the panel is stale, not failed.</summary>
    [Parameter]
    public IReadOnlyList<SectionState> Also { get; set; } = [];

    /// <summary>With what is old, also what was tried and answered: where the reader looks for the cause.</summary>
    [Parameter]
    public bool Explains { get; set; }

    [Parameter]
    public bool IsEmpty { get; set; }

    [Parameter]
    public string EmptyText { get; set; } = "";

    [Parameter]
    public string EmptyGlyph { get; set; } = "ok";

    /// <summary>Below <see cref="EmptyText"/>.</summary>
    [Parameter]
    public RenderFragment? Empty { get; set; }

    /// <summary>Between title and age.</summary>
    [Parameter]
    public RenderFragment? Head { get; set; }

    /// <summary>Instead of the head.</summary>
    [Parameter]
    public RenderFragment? Tabs { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Parameter]
    public RenderFragment? Foot { get; set; }

    /// <summary>The body reaches the panel's edges: tables, strips, lists.</summary>
    [Parameter]
    public bool Flush { get; set; }

    [Parameter]
    public string? Css { get; set; }

    [Parameter]
    public string? Id { get; set; }

    string Life => State.IsLoading ? "is-loading" : Worst is not null ? "is-stale" : "";

    /// <summary>The stale section that is oldest, null when all are fresh. What a cluster does not have at all makes nothing old.</summary>
    SectionState? Worst
    {
        get
        {
            SectionState? worst = null;
            foreach (var state in Also.Append(State))
            {
                if (State.HasValue && state.Error is { Kind: not SectionErrorKind.Unsupported }
                    && (worst is null || state.AsOf < worst.Value.AsOf))
                {
                    worst = state;
                }
            }
            return worst;
        }
    }

    string Why(SectionError error) => ErrorWords.Of(L, error);

    /// <summary>Nothing where it is a part of the words above it.</summary>
    string Detail(SectionError error) =>
        ErrorWords.Detail(L, error) is var detail && Why(error).Contains(detail.TrimEnd('.', '。'), StringComparison.Ordinal)
            ? ""
            : detail;

    void TryNow() => Context?.Monitor.RequestRefresh();
}
