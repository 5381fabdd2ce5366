using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Controls;

/// <summary>A chip: a filter with the number of rows it would leave.</summary>
public sealed record Chip(string Is, string Words, int Count, string? Glyph = null);

/// <summary>The filters above a list. Typing changes the address a moment after the last key.</summary>
public partial class Filters : UiComponent, IDisposable
{
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(200);

    CancellationTokenSource? waiting;

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

    async Task Typed(ChangeEventArgs change)
    {
        waiting?.Cancel();
        waiting?.Dispose();
        waiting = new();
        try
        {
            await Task.Delay(pause, Time, waiting.Token);
            Navigation.NavigateTo(List.Href(text: change.Value as string ?? ""), replace: true);
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
