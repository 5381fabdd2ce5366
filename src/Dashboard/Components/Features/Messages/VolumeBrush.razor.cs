using System.Globalization;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Messages.Scanning;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Messages;

/// <summary>The volume of a topic over time, and the range of it that is chosen: whole bars.</summary>
public sealed partial class VolumeBrush : UiComponent
{
    readonly ComponentLifetime gone = new();
    Volume? volume;
    ScanQuery? shown;
    string? failure;
    (int From, int To) chosen;

    [Inject]
    public IVolumeReader Reading { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Topic { get; set; } = "";

    [Parameter]
    public ScanQuery? Query { get; set; }

    /// <summary>Another range was chosen.</summary>
    [Parameter]
    public EventCallback<(DateTimeOffset From, DateTimeOffset To)> OnRange { get; set; }

    /// <summary>Less than all of it.</summary>
    bool IsChosen => chosen != (0, Bars);

    int Bars => volume?.Counts.Length ?? 0;

    protected override void OnParametersSet()
    {
        if (volume is not null && !ReferenceEquals(Query, shown))
        {
            chosen = Asked(volume);
        }

        shown = Query;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        try
        {
            volume = await Reading.ReadAsync(Cluster.Monitor, Topic, gone.Token);
            chosen = Asked(volume);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            return;
        }
        catch (Kafka.Client.KafkaException e)
        {
            failure = e.Message;
        }

        StateHasChanged();
    }

    /// <summary>The bars that the question's times touch; all where it names none.</summary>
    (int From, int To) Asked(Volume over)
    {
        if (Query is not { From: { Kind: ScanBoundKind.Time } one, End: { Kind: ScanBoundKind.Time } other })
        {
            return (0, over.Counts.Length);
        }

        double Bar(long at) => (at - over.From.ToUnixTimeMilliseconds()) / Math.Max(1, over.Step.TotalMilliseconds);
        var from = Math.Clamp((int)Math.Floor(Bar(Math.Min(one.Value, other.Value))), 0, over.Counts.Length - 1);
        return (from, Math.Clamp((int)Math.Ceiling(Bar(Math.Max(one.Value, other.Value))), from + 1, over.Counts.Length));
    }

    async Task TakeAsync(ChangeEventArgs change)
    {
        if (change.Value?.ToString()?.Split('-') is [var one, var other]
            && int.TryParse(one, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            && int.TryParse(other, NumberStyles.None, CultureInfo.InvariantCulture, out var to)
            && from < to && to <= Bars)
        {
            chosen = (from, to);
            await OnRange.InvokeAsync((At(from), At(to)));
        }
    }

    DateTimeOffset At(int bar) => volume!.From + (volume.Step * bar);

    string Share(int bars) => (100.0 * bars / Math.Max(1, Bars)).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>What is there is seen.</summary>
    static long Height(long count, long most) => count == 0 ? 0 : Math.Max(1, count * 100 / most);

    string Width(TimeSpan step) => step < TimeSpan.FromSeconds(1) ? $"{Format.Number((long)Math.Round(step.TotalMilliseconds))} ms"
        : step < TimeSpan.FromMinutes(1) ? Format.Seconds(L, step.TotalSeconds)
        : Format.Duration(L, step);

    RenderFragment Handle(string which, string label, int bar) => builder =>
    {
        builder.OpenElement(0, "button");
        builder.AddAttribute(1, "type", "button");
        builder.AddAttribute(2, "role", "slider");
        builder.AddAttribute(3, "class", "brush-handle");
        builder.AddAttribute(4, "aria-label", label);
        builder.AddAttribute(5, "aria-valuemin", "0");
        builder.AddAttribute(6, "aria-valuemax", Bars);
        builder.AddAttribute(7, "aria-valuenow", bar);
        builder.AddAttribute(8, "aria-valuetext", Clock(At(bar)));
        builder.AddAttribute(9, "data-brush-handle", which);
        builder.CloseElement();
    };

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }
}
