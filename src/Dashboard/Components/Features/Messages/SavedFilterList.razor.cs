using System.Collections.Immutable;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring.Access;
using Dashboard.Saved;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Messages;

/// <summary>The saved filters of a topic: what the address asks for is saved under a name, without the place that was reached.</summary>
public sealed partial class SavedFilterList : UiComponent
{
    ImmutableArray<SavedFilter> saved = [];
    string name = "";
    string? failure;

    [Inject]
    public SavedFilters Filters { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Topic { get; set; } = "";

    /// <summary>What is saved.</summary>
    [Parameter, EditorRequired]
    public AskedMessages Asked { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Path { get; set; } = "";

    bool MayRead => Cluster.May(Cluster.To(AccessAction.Read, AccessKind.Records, Topic));

    protected override void OnInitialized() => Try(() => { });

    void Save() => Try(() =>
    {
        var text = Asked.Text;
        Filters.Save(Cluster.Id, new SavedFilter(name.Trim(), Topic, Cluster.Who.Actor.Name, Now)
        {
            From = text.From,
            To = text.To,
            Partitions = text.Partitions,
            Filter = text.Filter,
            Isolation = text.Isolation,
            View = text.View,
            Columns = Asked.Columns,
        });
        name = "";
    });

    void Delete(string which) => Try(() => Filters.Delete(Cluster.Id, which));

    /// <summary>Names are of the cluster: one that another topic's filter has is refused here, where that one is not seen.</summary>
    void Try(Action change)
    {
        try
        {
            failure = null;
            if (MayRead)
            {
                if (Filters.Of(Cluster.Id).Any(one => one.Name == name.Trim() && one.Topic != Topic))
                {
                    throw new FormatException(L["Saved_Taken", name.Trim()]);
                }

                change();
                saved = [.. Filters.Of(Cluster.Id).Where(one => one.Topic == Topic)];
            }
        }
        catch (Exception e) when (e is FormatException or IOException or InvalidDataException)
        {
            failure = e.Message;
        }
    }

    string Href(SavedFilter filter) => (Asked with
    {
        Text = new ScanQueryText(filter.From, filter.To, filter.Partitions, Asked.Text.Limit, filter.Filter, filter.Isolation, null)
        {
            View = filter.View,
        },
        Tail = false,
        Columns = filter.Columns ?? Asked.Columns,
    }).Href(Path);

    string Words(SavedFilter filter) => string.Join(
        " · ",
        new[]
        {
            filter.Filter is { } what ? Format.Clip(what, 60) : L["Messages_Find_none"],
            filter.From is null && filter.To is null ? null : $"{filter.From ?? "newest"} → {filter.To ?? "…"}",
        }.OfType<string>());
}
