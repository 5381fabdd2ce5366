using Dashboard.Components.Foundation.Lists;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;

namespace Dashboard.Components.Features.Metadata;

/// <summary>
/// Where brokers believe something else than the metadata says. Checked while somebody looks; the check itself sees to it that a large
/// cluster is not asked all the time.
/// </summary>
public partial class MetadataCheck : ListPage
{
    static readonly TimeSpan interval = TimeSpan.FromSeconds(10);

    static readonly Dictionary<string, Func<MetadataDifference, IComparable?>> columns = new()
    {
        ["what"] = d => d.Kind,
        ["since"] = d => d.Since,
    };

    readonly HeldRows<MetadataDifference> rows = new(d => d.Name);
    DifferenceTable? table;
    ListRows<MetadataDifference> all = new([], new(d => d.Name, columns, []));
    List<Chip> chips = [];
    int matching;
    Task following = Task.CompletedTask;

    protected override (string Page, string DefaultSort) Defaults => ("metadata-check", "what");

    protected override object?[] Sections(ClusterSnapshot snapshot) =>
        [snapshot.Differences, snapshot.Identity.Value, snapshot.Brokers, snapshot.RegistrationError];

    protected override void OnAfterRender(bool firstRender)
    {
        base.OnAfterRender(firstRender);
        if (firstRender)
        {
            // what it finds comes with the next snapshot
            following = RepeatAsync(interval, Cluster.Monitor.MetadataCheck.ReadAsync, Gone, atOnce: true);
        }
    }

    protected override void OnSnapshot()
    {
        if (Snapshot.Differences.Value is { } now && now != table)
        {
            table = now;
            var kinds = now.Differences.Select(d => d.Kind).Distinct().Order()
                .Select(kind => new ListKind<MetadataDifference>($"{kind}", "warn", d => d.Kind == kind));
            all = new(now.Differences, new(d => d.Name, columns, [.. kinds]) { Text = d => $"{d.Where} {DifferenceWords.Of(Words, d)}" });
        }

        chips = Chips(all, kind => L[$"Kind_{kind}"]);
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

    string Words(string key, object?[] arguments) => L[key, arguments];

    bool IsKRaft => table?.Reference is not null || Snapshot.Identity.Value?.Mode == CoordinationMode.KRaft;

    MudBlazor.BreadcrumbItem Above => IsKRaft
        ? new(L["Nav_Quorum"], Cluster.Href("quorum"))
        : new(L["Nav_Ensemble"], Cluster.Href("ensemble"));

    string Headline => table switch
    {
        null => L["Check_Title"],
        { Total: > 0 and var total } => L["Check_Differ", total],
        { Errors.Count: > 0 } => L["Check_Unknown"],
        _ when IsOld && Snapshot.Differences.AsOf is { } at => $"{L["Check_Unknown"]} {L["Verdict_LastRead", Clock(at)]}",
        _ => L[IsKRaft ? "Check_AgreeKRaft" : "Check_Agree"],
    };

    /// <summary>Some could not be asked, or would not answer now.</summary>
    bool IsOld => Snapshot.Differences.Error is not null
        || Snapshot.RegistrationError is { Kind: not SectionErrorKind.Unsupported }
        || Snapshot.Brokers.Error is not null
        || Snapshot.Brokers.Value?.Brokers.Any(b => !b.Answers) == true;

    string Lede => table?.Reference is { } broker ? L["Check_LedeKRaft", broker] : IsKRaft ? "" : L["Check_LedeZooKeeper"];

    string Said => table?.Reference is { } broker ? L["Check_Newest", broker] : L["Check_ZooKeeper"];

    /// <summary>The page of what differs, where it has one.</summary>
    string? Href(MetadataDifference difference) => difference.Kind switch
    {
        DifferenceKind.StaleController or DifferenceKind.Controller => IsKRaft ? null : Cluster.Znode($"{Chroot}/controller"),
        DifferenceKind.BrokerUnknown or DifferenceKind.BrokerNotRegistered => Cluster.Href($"brokers/{difference.Where}"),
        DifferenceKind.OrphanedConfig or DifferenceKind.ConfigUntold => Cluster.Znode($"{Chroot}/config/topics/{difference.Where}"),
        DifferenceKind.OrphanedLog or DifferenceKind.TopicGone => null,
        DifferenceKind.TopicUnknown or DifferenceKind.TopicId or DifferenceKind.DeletionPending => Cluster.Topic(difference.Where),
        DifferenceKind.Config => Cluster.Topic(difference.Where.Split(' ')[0], "?tab=configs"),
        _ => difference.Where.LastIndexOf('-') is > 0 and var dash
            && int.TryParse(difference.Where.AsSpan(dash + 1), System.Globalization.CultureInfo.InvariantCulture, out var partition)
                ? Cluster.Partition(new TopicPartition(difference.Where[..dash], partition))
                : null,
    };

    string Chroot => Cluster.Monitor.Znodes.Chroot;
}
