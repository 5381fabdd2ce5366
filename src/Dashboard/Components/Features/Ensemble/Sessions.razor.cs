using Dashboard.Components.Foundation.Lists;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Features.Ensemble;

/// <summary>
/// Who is connected to the ensemble. Read while somebody looks, and no more often than a person follows: the answers are long, and a server
/// makes them while it does nothing else.
/// </summary>
public partial class Sessions : ListPage
{
    static readonly TimeSpan interval = TimeSpan.FromSeconds(5);

    static readonly string[] AllWords = ["srvr", "mntr", "conf", "cons", "wchc", "dump"];

    static readonly Dictionary<string, Func<SessionInfo, IComparable?>> columns = new()
    {
        ["session"] = s => s.SessionId,
        ["client"] = s => s.Client,
        ["server"] = s => s.ServerId,
        ["timeout"] = s => s.Timeout,
        ["watches"] = s => s.Watches,
        ["ephemerals"] = s => s.Ephemerals,
        ["since"] = s => s.Since,
    };

    readonly HeldRows<SessionInfo> rows = new(Named);
    Section<SessionTable> reading = Section<SessionTable>.Unread;
    ListRows<SessionInfo> all = new([], new(Named, columns, []));
    List<Chip> chips = [];
    int matching;
    Task following = Task.CompletedTask;

    protected override (string Page, string DefaultSort) Defaults => ("sessions", "-since");

    protected override object?[] Sections(ClusterSnapshot snapshot) => [snapshot.HasZooKeeper, snapshot.Identity.Value];

    /// <summary>Filters look at the client's address as well.</summary>
    static string Named(SessionInfo session) => $"{session.Name} {session.Client}";

    protected override void OnAfterRender(bool firstRender)
    {
        base.OnAfterRender(firstRender);
        if (firstRender)
        {
            following = RepeatAsync(interval, FollowAsync, Gone, atOnce: true);
        }
    }

    protected override void OnSnapshot()
    {
        chips = Chips(all, server => NameOf(int.Parse(server, System.Globalization.CultureInfo.InvariantCulture)));
        (var part, matching) = all.Part(List);
        rows.Set(part, all.Find, List);
    }

    protected override void Hold(bool held) => rows.Held = held;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await following;
        GC.SuppressFinalize(this);
    }

    async Task FollowAsync(CancellationToken cancellationToken)
    {
        var next = await Cluster.Monitor.Sessions.ReadAsync(cancellationToken);
        await InvokeAsync(() => Show(next));
    }

    void Show(Section<SessionTable> next)
    {
        reading = next;
        var sessions = next.Value?.Sessions ?? [];
        var servers = sessions.Select(s => s.ServerId).Distinct().Order()
            .Select(id => new ListKind<SessionInfo>($"{id}", "ok", s => s.ServerId == id));
        all = new(sessions, new(Named, columns, [.. servers]));
        OnSnapshot();
        StateHasChanged();
    }

    string Headline => reading.Value is { } table ? L["Sessions_Count", table.Total] : L["Sessions_Title"];

    string ServerName(SessionInfo session) => NameOf(session.ServerId);

    string NameOf(int id) => Snapshot.Ensemble.Value?.Servers.FirstOrDefault(s => s.ServerId == id)?.Name ?? $"{id}";
}
