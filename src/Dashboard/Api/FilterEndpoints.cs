using Dashboard.Messages.Columns;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Saved;
using Dashboard.Security.Access;

namespace Dashboard.Api;

/// <summary>A filter as it is sent: the texts of the address of messages.</summary>
sealed record FilterBody(
    string Topic, string? From = null, string? To = null, string? Partitions = null, string? Filter = null, string? Isolation = null,
    string? View = null, string? Columns = null)
{
    public SavedFilter Saved(string name, string by, DateTimeOffset at) => new(name, Topic, by, at)
    {
        From = From,
        To = To,
        Partitions = Partitions,
        Filter = Filter,
        Isolation = Isolation,
        View = View,
        Columns = Columns,
    };
}

/// <summary>Saved filters of a cluster: each for users who may read the records of its topic.</summary>
static class FilterEndpoints
{
    public static void MapFilters(this RouteGroupBuilder clusters)
    {
        var filters = clusters.MapGroup("{cluster}/filters").WithTags("Read").Requires(AccessKind.Records, AccessAction.Read)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        filters.MapGet("", (string cluster, IClusterRegistry registry, SavedFilters saved, ICurrentActor who) =>
            Asking(registry, cluster, () => Results.Ok(saved.Of(cluster).Where(one => who.MayRead(cluster, one.Topic)))))
            .WithSummary("Saved filters, of the topics whose records one may read").Produces<IEnumerable<SavedFilter>>();
        filters.MapGet("{name}", (string cluster, string name, IClusterRegistry registry, SavedFilters saved, ICurrentActor who) =>
            Asking(registry, cluster, () => Find(saved, who, cluster, name) is { } found ? Results.Ok(found) : Missing(name)))
            .WithSummary("A saved filter").Produces<SavedFilter>();
        filters.OnlyJson("{name}", "PUT").MapPut("{name}", (
            string cluster, string name, FilterBody body, IClusterRegistry registry, SavedFilters saved, ICurrentActor who,
            TimeProvider time, bool dryRun = false) =>
            Asking(registry, cluster, () => Save(saved, who, cluster, body.Saved(name, who.Actor.Name, time.GetUtcNow()), dryRun)))
            .WithSummary("Saves a filter of a topic's messages under a name, for all who may read them").Produces<SavedFilter>()
            .ProducesProblem(StatusCodes.Status400BadRequest);
        filters.MapDelete("{name}", (
            string cluster, string name, IClusterRegistry registry, SavedFilters saved, ICurrentActor who, bool dryRun = false) =>
            Asking(registry, cluster, () => Find(saved, who, cluster, name) is not { } found ? Missing(name)
                : dryRun ? Results.Ok(found)
                : saved.Delete(cluster, name) ? Results.NoContent()
                : Missing(name)))
            .WithSummary("Deletes a saved filter").Produces<SavedFilter>().Produces(StatusCodes.Status204NoContent);
    }

    static IResult Save(SavedFilters saved, ICurrentActor who, string cluster, SavedFilter filter, bool dryRun)
    {
        var before = saved.Of(cluster).FirstOrDefault(one => one.Name == filter.Name);
        // one of another topic is neither shown nor overwritten
        if (!who.MayRead(cluster, filter.Topic) || (before is not null && !who.MayRead(cluster, before.Topic)))
        {
            return AccessProblems.Denied($"A filter is saved by who may read the records of its topic, {filter.Topic}.");
        }

        var text = new ScanQueryText(filter.From, filter.To, filter.Partitions, null, filter.Filter, filter.Isolation, null)
        {
            View = filter.View,
        };
        // only whether both can be read
        text.Read(filter.Topic);
        RecordColumn.Parse(filter.Columns);
        saved.Save(cluster, filter, dryRun);
        return Results.Ok(filter);
    }

    /// <summary>One that may not be seen is none.</summary>
    static SavedFilter? Find(SavedFilters saved, ICurrentActor who, string cluster, string name) =>
        saved.Of(cluster).FirstOrDefault(one => one.Name == name && who.MayRead(cluster, one.Topic));

    static bool MayRead(this ICurrentActor who, string cluster, string topic) =>
        who.Actor.May(new Permission(AccessKind.Records, AccessAction.Read, cluster, topic));

    static IResult Missing(string name) =>
        Problems.Of(StatusCodes.Status404NotFound, "UNKNOWN_FILTER", $"There is no filter {name}.");

    static IResult Asking(IClusterRegistry registry, string cluster, Func<IResult> answer)
    {
        if (registry.Find(cluster) is null)
        {
            return Problems.NoCluster(cluster);
        }

        try
        {
            return answer();
        }
        catch (FormatException e)
        {
            return Problems.Unreadable(e.Message);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "NOT_STORED", e.Message);
        }
    }
}
