using Dashboard.Addresses;
using Dashboard.Components.Foundation.Fields;
using Dashboard.Components.Foundation.Live;
using Dashboard.Messages.Registry;
using Dashboard.Messages.Subjects;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Schemas;

/// <summary>One subject: its versions, the schema of one of them or what differs between two, and who uses it.</summary>
public partial class SubjectPage : ClusterPage
{
    static readonly TimeSpan pace = TimeSpan.FromSeconds(10);

    string name = "";
    SchemaCatalog? catalog;
    Section<SubjectDetail> subject = Section<SubjectDetail>.Unread;

    /// <summary>The two sides of a comparison; of a version alone the second.</summary>
    Section<VersionDetail> before = Section<VersionDetail>.Unread;
    Section<VersionDetail> after = Section<VersionDetail>.Unread;

    int? shown;
    int? from;
    int? to;
    bool isMissing;
    bool changing;
    bool isInteractive;
    DeleteSchema? deleting;

    [Inject]
    public ISchemaCatalogs Catalogs { get; set; } = null!;

    [Parameter]
    public string? SubjectName { get; set; }

    [SupplyParameterFromQuery(Name = "version")]
    public string? Version { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    public string? FromText { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    public string? ToText { get; set; }

    protected override object?[] Sections(ClusterSnapshot snapshot) => [];

    bool IsDiff => from is not null && to is not null;

    Permission Needs(AccessAction action) => Cluster.To(action, AccessKind.Schemas, name);

    protected override async Task OnParametersSetAsync()
    {
        var asked = SubjectAddress.Name(SubjectName ?? "");
        if (asked != name)
        {
            (name, subject, isMissing) = (asked, Section<SubjectDetail>.Unread, false);
            catalog = Catalogs.Of(Cluster.Id);
        }

        (from, to) = (QueryNumber.Of(FromText), QueryNumber.Of(ToText));
        var version = to ?? QueryNumber.Of(Version) ?? subject.Value?.Latest;
        if (version != shown || (from is not null && before.Value?.Version != from))
        {
            (before, after, shown) = (Section<VersionDetail>.Unread, Section<VersionDetail>.Unread, version);
        }

        if (isInteractive)
        {
            await ReadAsync(Gone);
        }
    }

    protected override void OnAfterRender(bool firstRender)
    {
        base.OnAfterRender(firstRender);
        if (firstRender && catalog is not null)
        {
            isInteractive = true;
            _ = RepeatAsync(pace, ReadAsync, Gone, atOnce: true);
        }
    }

    async Task ReadAsync(CancellationToken gone)
    {
        var of = name;
        subject = await ReadAsync(subject, () => catalog!.ReadAsync(of, gone));
        isMissing = subject.Value is null && isMissing;
        shown ??= subject.Value?.Latest;
        if (shown is { } version)
        {
            // a version never changes; what refers to it does
            after = await ReadAsync(after, () => catalog!.ReadAsync(of, version, gone));
        }

        if (from is { } first && before.Value is null)
        {
            before = await ReadAsync(before, () => catalog!.ReadAsync(of, first, gone));
        }

        if (of == name)
        {
            StateHasChanged();
        }
    }

    async Task<Section<T>> ReadAsync<T>(Section<T> known, Func<Task<T>> read)
        where T : class
    {
        try
        {
            return known.Read(await read(), Now);
        }
        catch (RegistryException e) when (e.IsMissing && typeof(T) == typeof(SubjectDetail))
        {
            isMissing = true;
            return Section<T>.Unread;
        }
        catch (RegistryException e)
        {
            return known.Failed(RegistryErrors.Of(e, catalog!.Address, Now));
        }
    }

    /// <param name="version">Null: all.</param>
    void Ask(int? version)
    {
        var isDeleted = version is { } one ? subject.Value?.Find(one)?.IsDeleted == true : subject.Value?.IsDeleted == true;
        deleting = new DeleteSchema(name, version, isDeleted);
    }

    async Task ClosedAsync()
    {
        changing = false;
        await ReadAsync(Gone);
    }

    async Task DeletedAsync(bool isDone)
    {
        var all = deleting is { Version: null, Permanent: true };
        deleting = null;
        if (isDone && all)
        {
            Navigation.NavigateTo(Cluster.Href("schemas"));
            return;
        }

        await ReadAsync(Gone);
    }
}
