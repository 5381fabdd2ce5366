using System.Collections.Immutable;
using System.Text.Json;
using Dashboard.Components.Foundation.Live;
using Dashboard.Monitoring;
using Dashboard.Security.Access;
using Dashboard.Security.Identity;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Palette;

/// <summary>
/// Finds topics, groups, brokers, znodes or metadata, pages and actions by a few letters. A key that comes cancels the search before it.
/// </summary>
public partial class CommandPalette : UiComponent, IDisposable
{
    const int Longest = 400;
    const int MostRecent = 20;

    CancellationTokenSource? searching;
    ImmutableArray<PaletteHit> hits = [];
    ImmutableArray<string> recent = [];
    PaletteSearch? search;

    /// <summary>What the rows are the answer to; the browser runs the first one only when that is what stands in the field.</summary>
    string? answered;

    string? fault;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    [Inject]
    public IClusterRegistry Registry { get; set; } = null!;

    [Inject]
    public ICurrentActor Who { get; set; } = null!;

    [Inject]
    public IServiceProvider Services { get; set; } = null!;

    /// <summary>It is opened; the browser tells what was opened lately, the last first.</summary>
    Task OpenAsync(ChangeEventArgs told)
    {
        recent = Recent(told.Value as string);
        var places = new PalettePlaces(L, Who, Context, Services.GetService<SignInOptions>() is not null);
        search = new(L, Who, Registry, Context, places, Navigation.ToBaseRelativePath(Navigation.Uri));
        return SearchAsync("");
    }

    Task TypedAsync(ChangeEventArgs typed) => SearchAsync(typed.Value as string ?? "");

    async Task SearchAsync(string typed)
    {
        searching?.Cancel();
        searching?.Dispose();
        searching = new();
        var (token, asked) = (searching.Token, search);
        if (asked is null)
        {
            return;
        }

        try
        {
            var text = typed.Length > Longest ? typed[..Longest] : typed;
            var found = await Task.Run(
                () => text.StartsWith('/') ? new PalettePaths(L, Context).FindAsync(text, token)
                    : Task.FromResult(new PaletteAnswer(
                        text.Trim().Length == 0 ? asked.Nothing(recent) : asked.Find(text, recent, token))),
                token);
            token.ThrowIfCancellationRequested();
            (hits, answered, fault) = (found.Hits, typed, found.Fault);
        }
        catch (OperationCanceledException)
        {
            // another key came, or the page is gone
        }
    }

    /// <summary>What a browser kept is anybody's text: only addresses that are offered are ever matched with it.</summary>
    static ImmutableArray<string> Recent(string? told)
    {
        try
        {
            return [.. (JsonSerializer.Deserialize<string[]>(told ?? "[]") ?? []).OfType<string>().Take(MostRecent)];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    public void Dispose()
    {
        searching?.Cancel();
        searching?.Dispose();
        searching = null;
        GC.SuppressFinalize(this);
    }
}
