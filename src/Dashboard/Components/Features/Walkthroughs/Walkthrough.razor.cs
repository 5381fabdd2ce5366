using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Components.Foundation.Live;
using Dashboard.Components.Pictures;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Commands.Placement;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Components.Features.Walkthroughs;

/// <summary>
/// How replicas are distributed, on the running cluster: placement step by step, then a real topic, a broker killed, leaders moved and
/// moved back.
/// </summary>
public partial class Walkthrough : ClusterPage
{
    const int Steps = 7;

    /// <summary>After this long without its browser a walkthrough is over, and what it changed is undone.</summary>
    static readonly TimeSpan away = TimeSpan.FromSeconds(20);

    CancellationTokenSource? leaving;

    int step = 1;
    int partitions = 4;
    int factor = 2;
    int placed;
    bool busy;
    string? failure;
    ImmutableArray<Refusal> refusals = [];
    ImmutableArray<BrokerInfo> brokers = [];
    ImmutableArray<ImmutableArray<int>> placement = [];
    TopicInfo? topic;
    WalkthroughSession? session;

    /// <summary>Who wants it to end while a step is under way.</summary>
    string? endWantedBy;

    [Inject]
    public IServiceProvider Services { get; set; } = null!;

    [Inject]
    public CircuitPresence Presence { get; set; } = null!;

    protected override object?[] Sections(ClusterSnapshot snapshot) =>
        [snapshot.Topics, snapshot.Brokers.Value, snapshot.Offsets.Value, snapshot.LogDirs.Value, snapshot.Quorum.Value];

    protected override void OnInitialized()
    {
        base.OnInitialized();
        if (Cluster.IsHosted)
        {
            session = NewSession();
            Presence.Changed += BrowserChanged;
        }
    }

    WalkthroughSession NewSession()
    {
        var made = ActivatorUtilities.CreateInstance<WalkthroughSession>(Services, Cluster.Monitor, Cluster.Nodes!);
        made.EndWanted += by => _ = InvokeAsync(() => EndForAsync(by));
        return made;
    }

    protected override void OnSnapshot()
    {
        // the columns stay while a broker is away
        var known = Snapshot.Brokers.Value?.Brokers ?? [];
        brokers = session is { Created: true }
            ? [.. brokers.Select(b => known.FirstOrDefault(k => k.Id == b.Id) ?? b with { State = BrokerState.Down })]
            : [.. known.Where(b => b.State == BrokerState.Up).Take(5)];
        topic = session is { Created: true } ? Snapshot.Topics.Value?.Find(WalkthroughSession.Topic) : null;
        if (topic is null && session is not { Created: true })
        {
            Place();
        }
    }

    /// <summary>A tab that was closed does not come back; a network that failed for a moment does.</summary>
    void BrowserChanged(bool isThere)
    {
        var before = Interlocked.Exchange(ref leaving, isThere ? null : new CancellationTokenSource(away, Time));
        before?.Dispose();
        if (!isThere && leaving is { } left)
        {
            left.Token.Register(() => _ = InvokeAsync(() => EndAloneAsync(left)));
        }
    }

    async Task EndAloneAsync(CancellationTokenSource left)
    {
        if (left == leaving && !busy)
        {
            await EndEarlyAsync(L["Walk_EndedAlone"]);
        }
    }

    /// <summary>The servers are about to be exchanged: a step that is under way is seen through first.</summary>
    async Task EndForAsync(string by)
    {
        endWantedBy = by;
        if (!busy)
        {
            await EndEarlyAsync(L["Walk_EndedFor", by]);
        }
    }

    async Task EndEarlyAsync(string why)
    {
        if (session is not { } early)
        {
            return;
        }
        busy = true;
        StateHasChanged();
        await early.CleanUpAsync();
        (session, step, placed, elected, busy, failure, endWantedBy) = (NewSession(), 1, 0, false, false, why, null);
        OnSnapshot();
        StateHasChanged();
    }

    public override async ValueTask DisposeAsync()
    {
        Presence.Changed -= BrowserChanged;
        Interlocked.Exchange(ref leaving, null)?.Dispose();
        await base.DisposeAsync();
        if (session is { } left)
        {
            // goes on after the page: what was changed is undone wherever the walkthrough stood
            _ = Task.Run(left.CleanUpAsync);
        }
        GC.SuppressFinalize(this);
    }

    /// <summary>Buttons stand below their broker's column, however wide the picture is drawn.</summary>
    string KillRow
    {
        get
        {
            var width = (double)WalkPicture.WidthOf(brokers.Length);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"min-width:{width * 4 / 5:0}px;"
                + $"grid-template-columns:{8400 / width:0.##}% repeat({brokers.Length}, {25200 / width:0.##}%)");
        }
    }

    string Formula => string.Join("  ", placement.Select((replicas, p) => p < placed ? $"p{p}: {string.Join(',', replicas)}" : $"p{p}: ?"));

    /// <summary>A text that is another one without ZooKeeper.</summary>
    string KeyOf(string key) => !Snapshot.HasZooKeeper && L.Find($"{key}_KRaft") is not null ? $"{key}_KRaft" : key;

    /// <summary>
    /// Not without a majority of the controllers: nobody would be left to make new leaders, and there would be nothing to see.
    /// </summary>
    bool MayKill(int broker) => Snapshot.Quorum.Value is not { } quorum || session is { Killed.Count: > 0 }
        || quorum.Find(broker) is not { IsVoter: true } || !CoordinatorLoss.Of(quorum, broker).LosesQuorum;

    string? WhyNotNext => step switch
    {
        1 when brokers.Length == 0 => L["Walk_WaitBrokers"],
        3 when session!.MustWait => L["Walk_Other"],
        3 when placed < placement.Length => L["Walk_PlaceFirst"],
        5 when session!.Killed.Count == 0 => brokers.Any(b => MayKill(b.Id)) ? L["Walk_KillFirst"] : null,
        5 when topic is not null && topic.Partitions.Any(p => session.Killed.Contains(p.Leader)) => L["Walk_WaitNoticed"],
        6 when session!.Killed.Count > 0 => L["Walk_StartFirst"],
        6 when topic is not null && topic.Partitions.Any(p => p.IsUnderReplicated) => L["Walk_WaitCaughtUp"],
        _ => null,
    };

    void Place()
    {
        factor = Math.Clamp(factor, 1, Math.Max(1, brokers.Length));
        placement = brokers.Length == 0 ? [] : PlacementPreview.FromFirst([.. brokers.Select(b => b.Id)], partitions, factor);
    }

    void PlaceAnew()
    {
        placed = 0;
        Place();
    }

    Task NextAsync() => step switch
    {
        3 => DoAsync(async () =>
        {
            refusals = await session!.CreateAsync(placement, Gone);
            return refusals.Length == 0;
        }),
        Steps when !elected => DoAsync(async () =>
        {
            refusals = await session!.ElectAsync(Gone);
            elected = refusals.Length == 0;
            return false;
        }),
        Steps => FinishAsync(),
        _ => DoAsync(() => Task.FromResult(true)),
    };

    bool elected;

    /// <summary>Runs one step; the walkthrough goes on when it says so.</summary>
    async Task DoAsync(Func<Task<bool>> action)
    {
        (busy, failure, refusals) = (true, null, []);
        StateHasChanged();
        try
        {
            if (await action())
            {
                step++;
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            failure = fault.Message;
        }
        busy = false;
        OnSnapshot();
        if (endWantedBy is { } by)
        {
            await EndForAsync(by);
        }
    }

    Task KillAsync(int broker) => DoAsync(async () =>
    {
        failure = await session!.KillAsync(broker, Gone);
        return false;
    });

    Task StartAsync(int broker) => DoAsync(async () =>
    {
        failure = await session!.StartAsync(broker, Gone);
        return false;
    });

    Task RemoveLeftoverAsync() => DoAsync(async () =>
    {
        await session!.RemoveLeftoverAsync(Gone);
        return false;
    });

    async Task FinishAsync()
    {
        busy = true;
        StateHasChanged();
        await session!.CleanUpAsync();
        session = null;
        Navigation.NavigateTo(Cluster.Href());
    }
}
