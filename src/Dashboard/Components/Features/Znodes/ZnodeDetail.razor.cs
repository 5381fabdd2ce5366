using System.Text.Json;
using Dashboard.Components.Foundation.Bodies;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Messages.Bytes;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Znodes;

/// <summary>The selected znode: its meaning, data, stat and ACL, watched while it is shown.</summary>
public sealed partial class ZnodeDetail : UiComponent, IAsyncDisposable
{
    const int KeptChanges = 12;

    static readonly string[] forms = ["json", "text", "hex"];
    static readonly (char Letter, string Name)[] rights = [('c', "Create"), ('r', "Read"), ('w', "Write"), ('d', "Delete"), ('a', "Admin")];

    readonly ComponentLifetime gone = new();
    readonly List<Change> changes = [];
    Section<ZnodeView> section = Section<ZnodeView>.Unread;
    Task watching = Task.CompletedTask;

    [Parameter, EditorRequired]
    public string Path { get; set; } = "";

    /// <summary>json, text or hex; null: what the data is.</summary>
    [Parameter]
    public string? View { get; set; }

    BodyForm? Wanted => View switch
    {
        "json" => BodyForm.Json,
        "text" => BodyForm.Text,
        "hex" => BodyForm.Hex,
        _ => null,
    };

    protected override async Task OnInitializedAsync()
    {
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(gone.Token);
            deadline.CancelAfter(TimeSpan.FromSeconds(5));
            section = section.Read(await Cluster.Monitor.Znodes.ReadAsync(Path, deadline.Token, withChildren: false), Now);
        }
        catch (ZnodeException refusal)
        {
            section = section.Failed(new(SectionErrorKind.Refused, Path, refusal.Code, refusal.Message, Now) { Told = refusal.Told });
        }
        catch (OperationCanceledException)
        {
            section = section.Failed(new(SectionErrorKind.TimedOut, "ZooKeeper", null, Path, Now));
        }
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            watching = WatchAsync();
        }
    }

    async Task WatchAsync()
    {
        try
        {
            await foreach (var next in Cluster.Monitor.Znodes.WatchAsync(Path, gone.Token, withChildren: false))
            {
                await InvokeAsync(() => Take(next));
            }
        }
        catch (OperationCanceledException)
        {
            // the page went away
        }
    }

    void Take(Section<ZnodeView> next)
    {
        if (section.Value is { } before && next.Value is { } after && before.Stat.Mzxid != after.Stat.Mzxid)
        {
            changes.Insert(0, new(after.Stat.Version, after.Stat.Mtime, Difference(before, after)));
            if (changes.Count > KeptChanges)
            {
                changes.RemoveAt(KeptChanges);
            }
        }
        section = next.Value is null && section.Value is not null && next.Error is not null ? section.Failed(next.Error) : next;
        StateHasChanged();
    }

    /// <summary>"isr 1 → 1, 2" for JSON objects; otherwise how many bytes there were and are.</summary>
    string Difference(ZnodeView before, ZnodeView after)
    {
        try
        {
            using var old = JsonDocument.Parse(before.Data.AsMemory());
            using var now = JsonDocument.Parse(after.Data.AsMemory());
            if (old.RootElement.ValueKind == JsonValueKind.Object && now.RootElement.ValueKind == JsonValueKind.Object)
            {
                string Before(string name) => old.RootElement.TryGetProperty(name, out var was) ? was.GetRawText() : "–";
                var changed = now.RootElement.EnumerateObject()
                    .Select(p => (p.Name, Was: Before(p.Name), Is: p.Value.GetRawText()))
                    .Where(p => p.Was != p.Is).ToArray();
                if (changed.Length > 0)
                {
                    return string.Join("; ", changed.Select(p => $"{p.Name} {Trim(p.Was)} → {Trim(p.Is)}"));
                }
            }
        }
        catch (JsonException)
        {
            // no JSON: told by its size
        }
        return before.Data.AsSpan().SequenceEqual(after.Data.AsSpan())
            ? L["Znodes_SameData"]
            : L["Znodes_BytesChanged", before.Data.Length, after.Data.Length];
    }

    string When(DateTimeOffset? at) => at is { } moment ? Clock(moment) : Format.None;

    /// <summary>A list without its brackets. Only what stands between tokens changes.</summary>
    static string Trim(string json)
    {
        var line = JsonLayout.Inline(json);
        var isList = line is ['[', .., ']'] && line.AsSpan(1).IndexOfAny('[', '{', '"') < 0;
        return Format.Clip(TextDecoding.Visible(isList ? line[1..^1] : line, out _), 60);
    }

    public async ValueTask DisposeAsync()
    {
        await gone.CancelAsync();
        await watching;
        gone.Dispose();
    }

    sealed record Change(int Version, DateTimeOffset? At, string What);
}
