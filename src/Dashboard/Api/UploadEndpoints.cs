using Dashboard.Messages.Importing;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Security.Access;
using Microsoft.AspNetCore.Mvc;

namespace Dashboard.Api;

/// <summary>Files whose rows a job writes to a topic.</summary>
static class UploadEndpoints
{
    const string Pattern = "{cluster}/topics/{topic}/uploads";

    public static void MapUploads(this RouteGroupBuilder clusters) => clusters.MapPut(Pattern, SaveAsync)
        .WithTags("Jobs")
        .WithSummary("Takes a file to be imported, as the request's body: NDJSON or CSV. Answers with its id")
        .WithDescription(
            "The id goes into POST …/jobs {kind: \"import\", topic, upload: ID, format: \"records\" | \"values\" | \"csv\", …}. The file "
            + "is kept on this program's disk until that job is done, a day at most without one. Nobody but who sent it can import it. A "
            + "dry run answers 200 where a file of that Content-Length would be taken, with an empty id; it reads and keeps nothing of it.")
        .Requires(AccessKind.Records, AccessAction.Write, "topic")
        .WithMetadata(new DisableRequestSizeLimitAttribute()) // the store has its own
        .Produces<UploadedBody>().Produces<UploadedBody>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    static async Task<IResult> SaveAsync(
        string cluster, string topic, HttpRequest request, IClusterRegistry registry, UploadStore uploads, ICurrentActor who,
        CancellationToken cancellationToken, string? name = null, bool dryRun = false)
    {
        if (registry.Find(cluster) is not { } monitor)
        {
            return Problems.NoCluster(cluster);
        }

        if (monitor.Current.ReadOnly)
        {
            // no import could write it there
            var refusal = Refusal.ReadOnly(cluster, topic);
            return Problems.Of(StatusCodes.Status403Forbidden, refusal.Code, refusal.Message);
        }

        try
        {
            if (dryRun)
            {
                uploads.Check(request.ContentLength);
                return Results.Ok(new UploadedBody("", request.ContentLength ?? 0));
            }

            var file = await uploads.SaveAsync(request.Body, cluster, topic, who.Actor.Name, name ?? topic, cancellationToken);
            return Results.Created(null as string, new UploadedBody(file.Id, file.Bytes));
        }
        catch (UploadRefusedException e)
        {
            return Problems.Of(StatusCodes.Status413PayloadTooLarge, "UPLOAD_REFUSED", e.Message);
        }
        catch (IOException e)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "UPLOAD_FAILED", $"The file was not kept: {e.Message}");
        }
    }
}

/// <param name="Id">For the field upload of an import.</param>
public sealed record UploadedBody(string Id, long Bytes);
