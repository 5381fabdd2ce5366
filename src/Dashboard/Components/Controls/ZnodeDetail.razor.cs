using System.Text.Json;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Controls;

/// <summary>The selected znode: its meaning, data, stat and ACL, watched while it is shown.</summary>
public sealed partial class ZnodeDetail : UiComponent, IAsyncDisposable
{
    const int KeptChanges = 12;

    static readonly string[] forms = ["json", "text", "hex"];
    static readonly (char Letter, string Name)[] rights = [('c', "Create"), ('r', "Read"), ('w', "Write"), ('d', "Delete"), ('a', "Admin")];

    readonly CancellationTokenSource gone = new();
    readonly List<Change> changes = [];
    Section<ZnodeView> section = Section<ZnodeView>.Unread;
    Task watching = Task.CompletedTask;

    [Parameter, EditorRequired]
    public string Path { get; set; } = "";

    /// <summary>json, text or hex; null: what the data is.</summary>
    [Parameter]
    public string? View { get; set; }

    string Shown => View is "json" or "text" or "hex" ? View : section.Value is not { } node ? "text" : Body.Json(node.Data.AsSpan()) is not null ? "json" : Body.Text(node.Data.AsSpan()) is not null ? "text" : "hex";

    protected override async Task OnInitializedAsync()
    {
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(gone.Token);
            deadline.CancelAfter(TimeSpan.FromSeconds(5));
            section = section.Read(await Cluster.Monitor.Znodes.ReadAsync(Path, deadline.Token), Now);
        }
        catch (ZnodeException refusal)
        {
            section = section.Failed(new(SectionErrorKind.Refused, Path, refusal.Code, refusal.Message, Now));
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
            await foreach (var next in Cluster.Monitor.Znodes.WatchAsync(Path, gone.Token))
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

    string Rendered(ZnodeView node) => Shown switch
    {
        "hex" => Body.Hex(node.Data.AsSpan()),
        "json" => Body.Json(node.Data.AsSpan()) ?? Body.Text(node.Data.AsSpan()) ?? L["Znodes_NotText"],
        _ => Body.Text(node.Data.AsSpan()) ?? L["Znodes_NotText"],
    };

    /// <summary>"isr 1 → 1, 2" for JSON objects; otherwise how many bytes there were and are.</summary>
    string Difference(ZnodeView before, ZnodeView after)
    {
        try
        {
            using var old = JsonDocument.Parse(before.Data.AsMemory());
            using var now = JsonDocument.Parse(after.Data.AsMemory());
            if (old.RootElement.ValueKind == JsonValueKind.Object && now.RootElement.ValueKind == JsonValueKind.Object)
            {
                var changed = now.RootElement.EnumerateObject().Select(p => (p.Name, Was: old.RootElement.TryGetProperty(p.Name, out var was) ? was.GetRawText() : "–", Is: p.Value.GetRawText())).Where(p => p.Was != p.Is).ToArray();
                return changed.Length == 0 ? L["Znodes_SameData"] : string.Join("; ", changed.Select(p => $"{p.Name} {Trim(p.Was)} → {Trim(p.Is)}"));
            }
        }
        catch (JsonException)
        {
            // no JSON: told by its size
        }
        return before.Data.AsSpan().SequenceEqual(after.Data.AsSpan()) ? L["Znodes_SameData"] : L["Znodes_BytesChanged", before.Data.Length, after.Data.Length];
    }

    static string Trim(string json) => json.Length > 60 ? json[..60] + "…" : json.Trim('[', ']').Replace(",", ", ", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await gone.CancelAsync();
        await watching;
        gone.Dispose();
    }

    sealed record Change(int Version, DateTimeOffset At, string What);
}
