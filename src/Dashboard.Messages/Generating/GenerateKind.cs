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

namespace Dashboard.Messages.Generating;

/// <summary>
/// Records from templates, as many as are asked for or for as long: {topic, key, value, headers, keyFormat, …, records, seconds,
/// rate: {records}, seed}. What is counted was acknowledged, in transactions where the cluster has them.
/// </summary>
public sealed class GenerateKind(IClusterRegistry clusters, IBodyEncoder encoder, IBatchWriters writers, TimeProvider time) : IJobKind
{
    public const string KindName = "generate";

    const int Previewed = 3;

    public string Name => KindName;

    public IJob Read(string cluster, JsonElement request) => new Job(this, cluster, GenerateRequest.Read(request));

    /// <summary>Of the result of a job; null before it has one.</summary>
    public static long? SeedOf(JsonElement? result) => result?.Deserialize(GenerateJson.Default.GenerateResult)?.Seed;

    /// <summary>The first records that it would make with this seed.</summary>
    public async Task<ImmutableArray<RecordPreview>> PreviewAsync(
        string cluster, RecordRecipe recipe, long seed, CancellationToken cancellationToken)
    {
        var draw = new Draw(seed);
        var previews = ImmutableArray.CreateBuilder<RecordPreview>(Previewed);
        for (var number = 0; number < Previewed; number++)
        {
            draw.Next(number, time.GetUtcNow());
            var asked = recipe.Make(draw);
            var (encoded, fault) = await TryAsync(cluster, asked, cancellationToken).ConfigureAwait(false);
            previews.Add(RecordPreview.Of(number + 1, asked, null, encoded, fault));
        }

        return previews.MoveToImmutable();
    }

    async Task<(EncodedRecord? Encoded, CodedText? Fault)> TryAsync(
        string cluster, RecordToSend asked, CancellationToken cancellationToken)
    {
        try
        {
            return (await encoder.EncodeAsync(cluster, asked, cancellationToken).ConfigureAwait(false), null);
        }
        catch (Exception e) when (e is BodyMismatchException or RegistryException or UndecodableException)
        {
            return (null, JobReasons.Of(e));
        }
    }

    IClusterMonitor Find(string cluster) =>
        clusters.Find(cluster) ?? throw JobFaultException.NoCluster(cluster);

    sealed record Job(GenerateKind Owner, string Cluster, GenerateRequest Request) : IJob
    {
        public string Kind => KindName;

        public string Topic => Request.Recipe.Topic;

        public ImmutableArray<Permission> Needs => [new(AccessKind.Records, AccessAction.Write, Cluster, Topic)];

        public async Task<JobPlan> PlanAsync(Actor actor, CancellationToken cancellationToken)
        {
            var target = new RowTarget(Owner.Find(Cluster), Topic);
            var partitions = await target.PartitionsAsync(cancellationToken).ConfigureAwait(false);
            var seed = Request.Seed ?? Random.Shared.Next();
            var previews = await Owner.PreviewAsync(Cluster, Request.Recipe, seed, cancellationToken).ConfigureAwait(false);
            var recipe = Request.Recipe;
            var outdated = Owner.Encoder.Outdated(Cluster, recipe.Key.Format) ?? Owner.Encoder.Outdated(Cluster, recipe.Value.Format);
            var fault = previews.Select(p => p.Fault).FirstOrDefault(f => f is not null);
            var (denied, notes) = partitions == 0
                ? ([], [])
                : await target.CheckAsync(Owner.Writers, cancellationToken).ConfigureAwait(false);
            Refusal?[] refusals =
            [
                target.Refusal(partitions, Request.Recipe.Partition),
                fault is null ? null : new(ErrorCode.InvalidRecord, $"What the templates become cannot be written: {fault}", Topic),
                .. denied,
            ];
            return new JobPlan(Kind, Topic)
            {
                Total = Request.Records,
                IsAtMost = Request.Seconds is not null,
                Targets = [new JobTarget(Cluster, Topic, Request.Records)],
                Preview = previews,
                Notes = [.. notes, .. RowTarget.Notes(outdated)],
                Refusals = [.. refusals.OfType<Refusal>()],
                // with the seed: a job that goes on draws what it would have drawn without a pause
                Start = new GenerateState(seed, TimeSpan.Zero, RowRun.Start(Topic, Request.Records)).Write(),
            };
        }

        public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
        {
            var (state, cluster, time) = (GenerateState.Read(run.Checkpoint), Owner.Find(Cluster), Owner.Time);
            var began = time.GetTimestamp();
            // the time of earlier runs counts, the pauses between them do not
            TimeSpan Ran() => state.Ran + time.GetElapsedTime(began);
            var limit = Request.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
            var maker = new RecordMaker(Request.Recipe, state.Seed, Owner.Encoder, Cluster, time);
            var rows = new GeneratedRows(maker, Request.Records, () => Ran() >= limit, time);
            var result = JsonSerializer.SerializeToElement(new GenerateResult(state.Seed), GenerateJson.Default.GenerateResult);
            var writer = await Owner.Writers
                .OpenAsync(cluster, new RowTarget(cluster, Topic).Request(Kind), run.Id, cancellationToken).ConfigureAwait(false);
            await using (writer.ConfigureAwait(false))
            {
                await new RowRun(
                    rows, writer, new RowPace(Request.PerSecond, time),
                    writing => run.Save((state with { Ran = Ran(), Writing = writing }).Write()),
                    reached => run.Report(Progress(reached, Ran() / limit) with { Result = result }),
                    time).RunAsync(state.Writing, cancellationToken).ConfigureAwait(false);
            }
        }

        /// <param name="ran">Part of the time that it may run.</param>
        JobProgress Progress(TransferPosition reached, double ran)
        {
            var done = reached.Written.Values.Sum();
            var made = Request.Records is { } records ? (double)done / records : 0;
            return new JobProgress(done, reached.IsDone ? done : Request.Records, !reached.IsDone && Request.Seconds is not null)
            {
                Bytes = reached.Bytes,
                Share = reached.IsDone ? 1 : Math.Min(1, Math.Max(made, ran)),
                ByTopic = reached.Written,
            };
        }
    }

    IBodyEncoder Encoder => encoder;

    IBatchWriters Writers => writers;

    TimeProvider Time => time;
}
