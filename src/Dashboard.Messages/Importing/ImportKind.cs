using System.Collections.Immutable;
using System.Text.Json;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Jobs;
using Dashboard.Messages.Jobs.Transfers;
using Dashboard.Messages.Producing;
using Dashboard.Messages.Registry;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Kafka.Protocol;
using Wire;

namespace Dashboard.Messages.Importing;

/// <summary>
/// Rows of an uploaded file as records, each once however often the job is stopped and goes on: {topic, upload, format, wrong, …}. The
/// file goes when the job is done.
/// </summary>
public sealed class ImportKind(
    IClusterRegistry clusters, UploadStore uploads, IBodyEncoder encoder, IBatchWriters writers, TimeProvider time) : IJobKind
{
    public const string KindName = "import";

    /// <summary>Rows that a plan shows, and those it looks through for wrong ones.</summary>
    const int Shown = 10, Looked = 10_000;

    public string Name => KindName;

    public IJob Read(string cluster, JsonElement request) => new Job(this, cluster, ImportRequest.Read(request));

    /// <summary>What is wrong with rows says something of what is in them: for users who may write them.</summary>
    public JsonElement? Show(JobEntry job, Actor reader) =>
        reader.May(new Permission(AccessKind.Records, AccessAction.Write, job.Cluster, job.Topic)) ? job.Progress.Result : null;

    public static ImportResult? Of(JsonElement? result) => result?.Deserialize(ImportJson.Default.ImportResult);

    IClusterMonitor Find(string cluster) =>
        clusters.Find(cluster) ?? throw JobFaultException.NoCluster(cluster);

    FileRows RowsOf(ImportRequest request, string cluster, int partitions) =>
        new(uploads, request, cluster, partitions, encoder, time);

    sealed record Job(ImportKind Owner, string Cluster, ImportRequest Request) : IJob
    {
        public string Kind => KindName;

        public string Topic => Request.Topic;

        public ImmutableArray<Permission> Needs => [new(AccessKind.Records, AccessAction.Write, Cluster, Topic)];

        public async Task<JobPlan> PlanAsync(Actor actor, CancellationToken cancellationToken)
        {
            var target = new RowTarget(Owner.Find(Cluster), Topic);
            var partitions = await target.PartitionsAsync(cancellationToken).ConfigureAwait(false);
            var (denied, notes) = partitions == 0
                ? ([], [])
                : await target.CheckAsync(Owner.Writers, cancellationToken).ConfigureAwait(false);
            var plan = new JobPlan(Kind, Topic)
            {
                Targets = [new JobTarget(Cluster, Topic, null)],
                Notes = notes,
                Refusals = denied,
                Start = RowRun.Start(Topic, null).Write(),
            };
            if (target.Refusal(partitions) is { } missing)
            {
                return plan with { Refusals = [missing] };
            }

            // another user's file: not even its existence is said
            return Owner.uploads.Find(Request.Upload) is { } file && file.Cluster == Cluster && file.Topic == Topic
                && file.User == actor.Name
                ? await PreviewAsync(plan, partitions, cancellationToken).ConfigureAwait(false)
                : plan with { Refusals = [Refused($"There is no uploaded file {Request.Upload} for {Topic}. Upload it again.")] };
        }

        public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
        {
            var cluster = Owner.Find(Cluster);
            var target = new RowTarget(cluster, Topic);
            if (Owner.uploads.Find(Request.Upload) is null)
            {
                throw new JobFaultException(
                    CodedText.Of("uploadGone", $"The uploaded file is there no longer: upload it and begin a new job."));
            }

            var partitions = await target.PartitionsAsync(cancellationToken).ConfigureAwait(false);
            var before = Of(run.Result)?.Wrong ?? [];
            var rows = Owner.RowsOf(Request, Cluster, partitions);
            var writer = await Owner.Writers.OpenAsync(cluster, target.Request(Kind), run.Id, cancellationToken).ConfigureAwait(false);
            await using (rows.ConfigureAwait(false))
            await using (writer.ConfigureAwait(false))
            {
                await new RowRun(
                    rows, writer, new RowPace(Request.PerSecond, Owner.Time), state => run.Save(state.Write()),
                    reached => run.Report(Progress(reached, rows, before)), Owner.Time)
                    .RunAsync(TransferState.Read(run.Checkpoint), cancellationToken).ConfigureAwait(false);
            }

            Owner.uploads.Remove(Request.Upload);
        }

        async Task<JobPlan> PreviewAsync(JobPlan plan, int partitions, CancellationToken cancellationToken)
        {
            var rows = Owner.RowsOf(Request, Cluster, partitions);
            await using var closing = rows.ConfigureAwait(false);
            try
            {
                var (previews, wrong, looked, wrongRows, isAll) = await rows.PreviewAsync(Shown, Looked, cancellationToken)
                    .ConfigureAwait(false);
                var counted = plan with
                {
                    Preview = previews,
                    Notes = [.. plan.Notes, .. RowTarget.Notes(rows.Outdated)],
                    Wrong = wrong,
                    Counted = new CountedPart(looked, looked, isAll),
                    Total = isAll ? looked : null,
                    Skipped = wrongRows == 0 ? plan.Skipped : plan.Skipped.Add(SkipReason.WrongRows, wrongRows),
                    Targets = [new JobTarget(Cluster, Topic, isAll ? looked - wrongRows : null)],
                };
                var fault = wrongRows > 0 && !Request.SkipsWrong ? FileRows.Stops(wrong[0]).English
                    : looked == 0 ? "The file has no rows."
                    : null;
                return fault is null ? counted : counted with { Refusals = [.. plan.Refusals, Refused(fault)] };
            }
            catch (FileFaultException e)
            {
                return plan with { Refusals = [Refused(e.Message)] };
            }
            catch (RegistryException e)
            {
                return plan with { Refusals = [Refused($"{e.Message}.")] };
            }
        }

        static Refusal Refused(string message) => new(ErrorCode.InvalidRecord, message, null);

        static JobProgress Progress(TransferPosition reached, FileRows rows, ImmutableArray<RowFault> before)
        {
            var done = reached.Written.Values.Sum() + reached.Skipped.Values.Sum();
            ImmutableArray<RowFault> wrong = [.. before.Concat(rows.Wrong).DistinctBy(row => row.Line).Take(100)];
            return new JobProgress(done, reached.IsDone ? done : null)
            {
                Bytes = reached.Bytes,
                Share = reached.IsDone ? 1 : rows.Share,
                ByTopic = reached.Written,
                Skipped = reached.Skipped,
                Result = JsonSerializer.SerializeToElement(new ImportResult(wrong), ImportJson.Default.ImportResult),
            };
        }
    }

    readonly UploadStore uploads = uploads;

    IBatchWriters Writers => writers;

    TimeProvider Time => time;
}
