using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Dashboard.Components.Foundation.Lists;

/// <summary>
/// A table of plain rows, as dense as the rest of the page. Derived, not wrapped: one component a table, and the element that scrolls is
/// the library's own.
/// </summary>
public sealed class DataTable : MudSimpleTable
{
    /// <summary>The name of a table that may be wider than its place: a region that the keyboard can reach and scroll.</summary>
    [Parameter]
    public string? Label { get; set; }

    protected override void OnParametersSet()
    {
        (Dense, Elevation) = (true, 0);
        if (Label is not null)
        {
            UserAttributes["tabindex"] = "0";
            UserAttributes["role"] = "region";
            UserAttributes["aria-label"] = Label;
        }
        base.OnParametersSet();
    }
}
