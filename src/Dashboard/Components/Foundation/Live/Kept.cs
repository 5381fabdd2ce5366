using Microsoft.JSInterop;

namespace Dashboard.Components.Foundation.Live;

/// <summary>
/// What a reader chose last, kept in his browser (localStorage, by <c>js/kept.js</c>): of a text that is longer than 4,000 characters
/// nothing is kept, and past 200 texts the ones that were not used for longest are forgotten. A choice that must not get lost has no place
/// here: a browser that keeps nothing answers null. One circuit owns it; to be asked after the first render only.
/// </summary>
public sealed class Kept(IJSRuntime browser) : IAsyncDisposable
{
    Task<IJSObjectReference>? module;

    /// <param name="key">What it is of, such as "columns:local:orders".</param>
    /// <returns>Null: nothing is kept.</returns>
    public Task<string?> GetAsync(string key) => AskAsync(async kept => await kept.InvokeAsync<string?>("get", key));

    /// <param name="value">Null: forgets it.</param>
    public Task SetAsync(string key, string? value) => AskAsync(async kept =>
    {
        await kept.InvokeVoidAsync("set", key, value);
        return null;
    });

    public async ValueTask DisposeAsync()
    {
        if (module is not null)
        {
            await AskAsync(async kept =>
            {
                await kept.DisposeAsync();
                return null;
            });
        }
    }

    async Task<string?> AskAsync(Func<IJSObjectReference, Task<string?>> ask)
    {
        try
        {
            module ??= browser.InvokeAsync<IJSObjectReference>("import", "./js/kept.js").AsTask();
            return await module is { } kept ? await ask(kept) : null;
        }
        catch (Exception e) when (e is JSException or JSDisconnectedException or OperationCanceledException)
        {
            return null; // the tab is gone, or keeps nothing
        }
    }
}
