using System.Collections.Immutable;
using System.Text.Json;
using Dashboard.Messages.Filters;
using Dashboard.Messages.Jobs;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Security.Access;
using Kafka.Client;
using Kafka.Protocol;

namespace Dashboard.Api;

/// <summary>Work that takes longer than a request. What it takes depends on the job: the runner decides.</summary>
static class JobEndpoints
{
    const string Jobs = "{cluster}/jobs", One = "{cluster}/jobs/{id}";

    public static void MapJobs(this RouteGroupBuilder clusters)
    {
        var jobs = clusters.MapGroup("").WithTags("Jobs").ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        jobs.OnlyJson(Jobs).MapPost(Jobs, StartAsync)
            .WithSummary("Begins a job: kind says which; the other fields are those of its kind. Answers with its id")
            .WithDescription(
                "copy {topic, from, to, partitions, filter, isolation, target: {cluster, topic}, keepPartitions, keepTimestamps, headers, "
                + "rate: {records, bytes}} writes the records of a range to another topic; redrive is the same to the topic that a header "
                + "of each record names {header, missing: refuse or skip}, or to target. The range is the same as in GET …/messages and is "
                + "fixed when the job begins: exactly its records are written, each once, however often the job is stopped and goes on. "
                + "A dry run answers with the plan. "
                + "generate {topic, key, value, headers: [{name, value}], keyFormat, valueFormat, partition, records, "
                + "seconds, rate: {records}, seed} writes records made from templates such as {\"id\": {{counter}}, "
                + "\"who\": \"{{name.fullName}}\"}. "
                + "import {topic, upload, format: records | values | csv, wrong: stop | skip, keepPartitions, keepTimestamps, "
                + "rate: {records}; of csv: separator, key, value or valueColumns, headers: {NAME: COLUMN}, partition, timestamp, types, "
                + "null} writes the rows of a file that PUT …/topics/{topic}/uploads took. "
                + "statistics {topic, from, to, partitions, filter, isolation} counts what the records of a range are like; they are the "
                + "result of the job, also of one that was stopped.")
            .Requires(AccessKind.Clusters, AccessAction.See).Described<JobPlan>()
            .Produces<StartedJobBody>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status403Forbidden);
        jobs.MapGet(Jobs, (string cluster, JobRunner runner, IClusterRegistry registry, ICurrentActor who) =>
                registry.Find(cluster) is null ? Problems.NoCluster(cluster) : Results.Ok(Of(runner, cluster, who.Actor)))
            .WithSummary("Jobs of this cluster and those that write to it, newest first; the last 200 are kept")
            .Requires(AccessKind.Clusters, AccessAction.See).Produces<IEnumerable<JobBody>>();
        jobs.MapGet(One, (string cluster, string id, JobRunner runner, ICurrentActor who) =>
                Find(runner, cluster, id, who.Actor) is { } job
                    ? Results.Ok(JobBody.Of(job, runner.RateOf(id), runner.ResultOf(job, who.Actor)))
                    : NoJob(id))
            .WithSummary("A job: its state and how far it is")
            .Requires(AccessKind.Clusters, AccessAction.See).Produces<JobBody>();
        jobs.MapDelete(One, EndAsync)
            .WithSummary("Stops a job that runs or waits (202: it ends what it is in the middle of, and can go on); removes one that ended")
            .Requires(AccessKind.Clusters, AccessAction.See).Described<JobChangePlan>().Produces<JobBody>(StatusCodes.Status202Accepted)
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status403Forbidden);
        jobs.MapPost($"{One}/continue", ContinueAsync)
            .WithSummary("Goes on with a job that was stopped, failed or was interrupted, exactly where it was")
            .Requires(AccessKind.Clusters, AccessAction.See).Described<JobChangePlan>()
            .Produces<StartedJobBody>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status403Forbidden);
    }

    static async Task<IResult> StartAsync(
        string cluster, JsonElement body, JobRunner runner, IClusterRegistry registry, ICurrentActor who,
        CancellationToken cancellationToken, bool dryRun = false)
    {
        if (registry.Find(cluster) is null)
        {
            return Problems.NoCluster(cluster);
        }

        try
        {
            var request = runner.Read(cluster, body);
            var plan = await runner.PlanAsync(request.Job, who.Actor, cancellationToken);
            if (dryRun && !plan.Refusals.Any(refusal => refusal.Code == Refusal.DeniedCode))
            {
                return Results.Ok(plan);
            }

            var (result, job) = await runner.StartAsync(request, plan, who.Lasting, cancellationToken);
            return job is null ? Problems.Of(result) : Accepted(cluster, job.Id);
        }
        catch (Exception e) when (e is FormatException or FilterException)
        {
            return Problems.Unreadable(e.Message);
        }
        catch (KafkaException e)
        {
            return Problems.Of(e);
        }
        catch (InvalidOperationException e) when (!registry.Find(cluster)?.Current.HasKafka ?? false)
        {
            return Problems.Of(StatusCodes.Status404NotFound, "NO_KAFKA", e.Message);
        }
    }

    static async Task<IResult> EndAsync(string cluster, string id, JobRunner runner, ICurrentActor who, bool dryRun = false)
    {
        if (Find(runner, cluster, id, who.Actor) is not { } job)
        {
            return NoJob(id);
        }

        if (dryRun)
        {
            return Planned(new JobChangePlan(id, job.IsActive ? "stop" : "remove", runner.EndRefusals(id, who.Actor)));
        }

        if (job.IsActive)
        {
            var stopped = await runner.StopAsync(id, who.Actor);
            return stopped.Succeeded
                ? Results.Accepted($"/api/clusters/{cluster}/jobs/{id}", JobBody.Of(runner.Find(id) ?? job, null))
                : Problems.Of(stopped);
        }

        var removed = await runner.RemoveAsync(id, who.Actor);
        return removed.Succeeded ? Results.NoContent() : Problems.Of(removed);
    }

    static async Task<IResult> ContinueAsync(
        string cluster, string id, JobRunner runner, ICurrentActor who, CancellationToken cancellationToken, bool dryRun = false)
    {
        if (Find(runner, cluster, id, who.Actor) is null)
        {
            return NoJob(id);
        }

        if (dryRun)
        {
            return Planned(new JobChangePlan(id, "continue", runner.ContinueRefusals(id, who.Actor)));
        }

        var result = await runner.ContinueAsync(id, who.Lasting, cancellationToken);
        return result.Succeeded ? Accepted(cluster, id) : Problems.Of(result);
    }

    static IResult Planned(JobChangePlan plan) => plan.Refusals.Any(refusal => refusal.Code == Refusal.DeniedCode)
        ? Problems.Of(new CommandResult(CommandEnd.Refused, 0, plan.Refusals, default))
        : Results.Ok(plan);

    static IResult Accepted(string cluster, string id) =>
        Results.Accepted($"/api/clusters/{cluster}/jobs/{id}", new StartedJobBody(id));

    static IEnumerable<JobBody> Of(JobRunner runner, string cluster, Actor actor) =>
        runner.All.Where(job => IsOf(job, cluster, actor)).Select(job => JobBody.Of(job, runner.RateOf(job.Id)));

    static JobEntry? Find(JobRunner runner, string cluster, string id, Actor actor) =>
        runner.Find(id) is { } job && IsOf(job, cluster, actor) ? job : null;

    static bool IsOf(JobEntry job, string cluster, Actor actor) =>
        (job.Cluster == cluster || job.Targets.Any(target => target.Cluster == cluster)) && JobAccess.Sees(job, actor);

    static IResult NoJob(string id) => Problems.Of(StatusCodes.Status404NotFound, "UNKNOWN_JOB", $"There is no job {id}.");
}
