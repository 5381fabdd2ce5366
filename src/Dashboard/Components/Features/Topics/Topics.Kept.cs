using System.Collections.Immutable;
using Microsoft.AspNetCore.WebUtilities;

namespace Dashboard.Components.Features.Topics;

/// <summary>What the browser keeps of the list: how it was looked at last, and the favourites of each cluster.</summary>
public partial class Topics
{
    const string KeptView = "topics:view";

    /// <summary>As long as the browser keeps a text.</summary>
    const int LongestStars = 3900;

    readonly TaskCompletionSource areStarsRead = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the browser was told last.</summary>
    string? keptLast;

    string KeptStars => $"topics:stars:{Cluster.Id}";

    /// <summary>The part of the address that is kept: how, and how many a page, but not what was looked for.</summary>
    string KeptNow => Text(view.Query.Where(one => one.Name != "open")
        .Concat(List.Kept.Where(one => one.Name == "size")));

    /// <summary>An address that says how it is to be looked at is followed; any other is looked at as the last one was.</summary>
    async Task RecallAsync()
    {
        stars = [.. (await Browser.GetAsync(KeptStars) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)];
        areStarsRead.TrySetResult();
        var before = await Browser.GetAsync(KeptView);
        (isKept, keptLast) = (true, KeptNow.Length == 0 ? before ?? "" : KeptNow);
        if (before is { Length: > 0 } && KeptNow.Length == 0)
        {
            var parts = QueryHelpers.ParseQuery(before);
            var kept = TopicView.Of(name => parts.TryGetValue(name, out var value) ? value.ToString() : null);
            var size = parts.TryGetValue("size", out var asked) && int.TryParse(asked, out var rows) && PageSizes.Contains(rows)
                ? rows
                : List.Size;
            Navigation.NavigateTo((List with { More = kept.Query, Size = size }).Href(), replace: true);
            return;
        }

        OnSnapshot();
        StateHasChanged();
    }

    void Keep()
    {
        if (isKept && keptLast != KeptNow)
        {
            keptLast = KeptNow;
            _ = Browser.SetAsync(KeptView, keptLast.Length == 0 ? null : keptLast);
        }
    }

    async Task StarAsync(string topic)
    {
        await areStarsRead.Task; // or those of before would be written over
        var next = stars.Contains(topic) ? stars.Remove(topic) : stars.Add(topic);
        var text = string.Join(',', next);
        if (text.Length > LongestStars)
        {
            Snackbar.Add(L["Topics_TooManyStars", stars.Count], MudBlazor.Severity.Warning);
            return;
        }

        stars = next;
        OnSnapshot();
        await Browser.SetAsync(KeptStars, text.Length == 0 ? null : text);
    }

    static string Text(IEnumerable<(string Name, string Value)> parts) =>
        string.Join('&', parts.Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value)}"));
}
