using Dashboard.Components.Foundation.Live;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Dashboard.Components.Foundation.Commands;

/// <summary>
/// A dialog as part of the page that opens it. The library keeps the focus inside, gives it back, and closes with Esc; a click beside
/// it does nothing: what was typed would be lost.
/// </summary>
public sealed partial class Modal : UiComponent, IDisposable
{
    static readonly DialogOptions options = new() { CloseOnEscapeKey = true, BackdropClick = false };

    IDialogReference? shown;
    bool gone;

    [Inject]
    public IDialogService Dialogs { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            // the dialog is drawn by its provider, not within this component
            (shown?.Dialog as ModalFrame)?.Refresh();
            return;
        }

        shown = await Dialogs.ShowAsync<ModalFrame>(null, new DialogParameters { [nameof(ModalFrame.Of)] = this }, options);
        // removed while the dialog opened
        if (gone)
        {
            shown.Close();
            return;
        }

        await shown.Result;
        if (!gone)
        {
            await OnClose.InvokeAsync();
        }
    }

    public void Dispose()
    {
        gone = true;
        shown?.Close();
    }
}
