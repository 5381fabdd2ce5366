namespace Dashboard.Components.Foundation.Commands;

/// <summary>A form that is checked as it is filled in: a moment after the last key, and of several changes the last one alone.</summary>
public abstract class CheckedForm : CommandComponent
{
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(300);

    Delayed? checks;

    protected Delayed Checks => checks ??= new(pause, Time);

    /// <summary>A moment after the last key, and shown. Not waited for: a field goes on taking keys meanwhile.</summary>
    protected void CheckSoon(Func<CancellationToken, Task> check) => _ = InvokeAsync(async () =>
    {
        await Checks.RunLastAsync(check, Gone);
        StateHasChanged();
    });

    /// <summary>Without the pause, and shown.</summary>
    protected async Task CheckNowAsync(Func<CancellationToken, Task> check)
    {
        await Checks.RunNowAsync(check, Gone);
        StateHasChanged();
    }

    public override async ValueTask DisposeAsync()
    {
        checks?.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
