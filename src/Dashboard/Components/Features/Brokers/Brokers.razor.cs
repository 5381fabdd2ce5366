using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Components.Foundation.Lists;
using Dashboard.Components.Foundation.Live;
using Dashboard.Components.Pictures;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Features.Brokers;

/// <summary>All brokers, those that are down included, and how evenly they share the work.</summary>
public partial class Brokers : ListPage
{
    ImmutableArray<BrokerInfo> all = [];
    BrokerInfo[] rows = [];
    int up;
    double evenLeaders;
    double evenReplicas;

    protected override (string Page, string DefaultSort) Defaults => ("brokers", "id");

    protected override object?[] Sections(ClusterSnapshot snapshot) =>
        [snapshot.Brokers, snapshot.LogDirs.Error, snapshot.Rates, snapshot.Topics.Value, snapshot.Identity.Value];

    protected override void OnSnapshot()
    {
        all = Snapshot.Brokers.Value?.Brokers ?? [];
        up = all.Count(b => b.State == BrokerState.Up);
        evenLeaders = (all.Sum(b => b.Leaders) ?? 0) / (double)Math.Max(1, up);
        evenReplicas = (all.Sum(b => b.Replicas) ?? 0) / (double)Math.Max(1, all.Length);
        var columns = new Dictionary<string, Func<BrokerInfo, IComparable?>>
        {
            ["id"] = b => b.Id,
            ["state"] = b => b.State == BrokerState.Down ? 3 : !b.Answers ? 2 : b.OutOfIsr > 0 ? 1 : 0,
            ["leaders"] = b => b.Leaders,
            ["replicas"] = b => b.Replicas,
            ["out"] = b => b.OutOfIsr,
            ["data"] = b => b.Bytes,
            ["disk"] = b => DiskMeter.Used(b),
            ["in"] = b => RateOf(b.Id),
            ["since"] = b => b.StateSince,
        };
        rows = [.. List.Order(all, columns, b => b.Id.ToString("D10", CultureInfo.InvariantCulture))];
    }

    /// <summary>Each broker's figures have their own age; all of them are old when none of the brokers was read lately.</summary>
    IReadOnlyList<SectionState> OldDirs => all.Any(b => b is { Answers: true, DataAsOf: null }) ? [] : [State(Snapshot.LogDirs)];

    string Headline => Tell(Verdicts.Brokers(Snapshot));

    double? RateOf(int broker) => Snapshot.Rates?.RecordsIn(broker);

    static string VsEven(int? count, double even)
    {
        if (even == 0 || count is null)
        {
            return "";
        }
        var change = count.Value / even - 1;
        return Format.Signed(change, Format.Percent(Math.Abs(change)));
    }
}
