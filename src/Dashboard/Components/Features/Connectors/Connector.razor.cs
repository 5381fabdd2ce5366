using System.Collections.Immutable;
using Dashboard.Addresses;
using Dashboard.Components.Foundation.Live;
using Dashboard.Messages.Connect;
using Dashboard.Messages.Services;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Connectors;

/// <summary>One connector: its tasks with what they failed of, its config without secrets, its topics and where it stands.</summary>
public partial class Connector : ClusterPage
{
    const int MostTopics = 100;

    static readonly TimeSpan pace = TimeSpan.FromSeconds(4);

    string name = "";
    ConnectCatalog? catalog;
    Section<ConnectOverview> read = Section<ConnectOverview>.Unread;
    ConnectorInfo? connector;
    ImmutableArray<string>? topics;
    ImmutableArray<ConnectorOffset>? offsets;
    Section<object> offsetsRead = Section<object>.Unread;

    [Inject]
    public IConnectCatalogs Catalogs { get; set; } = null!;

    [Parameter]
    public string ConnectName { get; set; } = "";

    [Parameter]
    public string ConnectorName { get; set; } = "";

    protected override object?[] Sections(ClusterSnapshot snapshot) => [];

    Permission Needs(AccessAction action) => Cluster.To(action, AccessKind.Connectors, name);

    protected override void OnParametersSet()
    {
        name = SubjectAddress.Name(ConnectorName);
        catalog = Catalogs.Of(Cluster.Id, ConnectName);
        Show(catalog?.Overview ?? read);
    }

    protected override void OnAfterRender(bool firstRender)
    {
        base.OnAfterRender(firstRender);
        if (firstRender && catalog is not null)
        {
            _ = RepeatAsync(pace, ReadAsync, Gone, atOnce: true);
        }
    }

    async Task ReadAsync(CancellationToken gone)
    {
        if (catalog is not { } of)
        {
            return;
        }

        Show(await of.ReadAsync().WaitAsync(gone));
        StateHasChanged();
        if (connector is null)
        {
            return;
        }

        try
        {
            topics = await of.TopicsAsync(name, gone);
            offsets = await of.OffsetsAsync(name, gone);
            offsetsRead = offsetsRead.Read(name, Now);
        }
        catch (ServiceException e)
        {
            offsetsRead = offsetsRead.Failed(of.Error(e));
        }

        StateHasChanged();
    }

    void Show(Section<ConnectOverview> overview) => (read, connector) = (overview, overview.Value?.Find(name));

    async Task DoneAsync(bool isGone)
    {
        if (isGone)
        {
            Navigation.NavigateTo(Cluster.Href("connect"));
            return;
        }

        catalog?.Forget();
        await ReadAsync(Gone);
    }
}
