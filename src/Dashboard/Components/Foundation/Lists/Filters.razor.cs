using Dashboard.Components.Foundation.Live;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Foundation.Lists;

/// <summary>A chip: a filter with the number of rows it would leave.</summary>
public sealed record Chip(string Is, string Words, int Count, string? Glyph = null);

/// <summary>The filters above a list. Typing changes the address a moment after the last key.</summary>
public partial class Filters : UiComponent, IDisposable
{
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(200);

    CancellationTokenSource? waiting;
    string text = "";

    AddressEcho? echo;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    [Parameter, EditorRequired]
    public ListState List { get; set; } = null!;

    [Parameter]
    public IReadOnlyList<Chip> Chips { get; set; } = [];

    [Parameter]
    public string Placeholder { get; set; } = "";

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>
    /// An address that was chosen elsewhere, by a link or the back button, is shown; one that follows what is typed must not take back a
    /// later key.
    /// </summary>
    protected override void OnParametersSet()
    {
        echo ??= new(Time);
        if (echo.IsChosen(List.Text))
        {
            text = List.Text;
        }
    }

    void Apply()
    {
        waiting?.Cancel();
        echo!.Put(text);
        // replaced: going back leaves the page, not one letter of the search
        Navigation.NavigateTo(List.Href(text: text), replace: true);
    }

    async Task TypedAsync()
    {
        waiting?.Cancel();
        waiting?.Dispose();
        waiting = new();
        try
        {
            await Task.Delay(pause, Time, waiting.Token);
            Apply();
        }
        catch (OperationCanceledException)
        {
            // another key came
        }
    }

    public void Dispose()
    {
        waiting?.Cancel();
        waiting?.Dispose();
        waiting = null;
        GC.SuppressFinalize(this);
    }
}
