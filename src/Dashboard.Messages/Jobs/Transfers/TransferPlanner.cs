using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Messages;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol;
using Wire;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>
/// What a transfer would come to: the range as offsets, fixed now, and where a header or a filter decides, how many records go where, as
/// far as they can be counted in a few seconds.
/// </summary>
sealed class TransferPlanner(
    TransferRequest request, IClusterMonitor source, IClusterMonitor target, IMessageScanner scanner, IBatchWriters writers,
    TimeProvider time)
{
    /// <summary>Different reasons for leaving records out, and topics that records go to; past that they are counted as others.</summary>
    public const int MostReasons = 50, MostTargets = 200;

    static readonly TimeSpan longestCount = TimeSpan.FromSeconds(6);

    readonly TopicLookup topics = new(target);
    readonly SortedDictionary<string, long> counts = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, long> skipped = new(StringComparer.Ordinal);
    readonly List<Refusal> refusals = [];
    readonly List<PlanNote> notes = [];

    public static CodedText Masked(Actor actor, TransferRequest request) => CodedText.Of(
        "masked",
        $"{actor.Name} sees records of {request.Source.Topic} on {request.SourceCluster} masked: copied they would not be "
        + $"what they are. It takes somebody whom no mask of the topic concerns.");

    public async Task<JobPlan> PlanAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (RecordMasking.For(actor, request.SourceCluster, request.Source.Topic) is not null)
        {
            Refuse(ErrorCode.PolicyViolation, Masked(actor, request).English, Refusal.DeniedCode);
            return Plan(null, null);
        }

        try
        {
            return await LookAsync(actor, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException e) when (e.Code == ErrorCode.TopicAuthorizationFailed)
        {
            Refuse(e.Code, e.Detail);
            return Plan(null, null);
        }
        catch (KafkaException e) when (e.Code is ErrorCode.UnknownTopicOrPartition or ErrorCode.InvalidTopic)
        {
            Refuse(e.Code, $"There is no topic {request.Source.Topic}.");
            return Plan(null, null);
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"partitions: {e.Message}", e);
        }
    }

    async Task<JobPlan> LookAsync(Actor actor, CancellationToken cancellationToken)
    {
        var ranges = await new RangeReader(source.Data, request.Source).ReadAsync(cancellationToken).ConfigureAwait(false);
        await CheckTargetAsync(ranges, cancellationToken).ConfigureAwait(false);
        foreach (var failed in ranges.Where(range => range.Error is not null).Take(5))
        {
            Refuse(ErrorCode.LeaderNotAvailable, $"{request.Source.Topic}-{failed.Partition} cannot be read: {failed.Error!.Message}");
        }

        if (refusals.Count > 0)
        {
            return Plan(null, null);
        }

        var left = ranges.Where(range => range.Range.Length > 0)
            .ToImmutableSortedDictionary(range => range.Partition, range => range.Range);
        var start = new TransferPosition(left, left.Values.Sum(range => range.Length));
        // without a filter the offsets are the count, near enough; with a header each record has a target of its own
        var counted = request.Source.Filter is null && request.Header is null
            ? null
            : await CountAsync(start, actor, cancellationToken).ConfigureAwait(false);
        if (refusals.Count == 0)
        {
            await NoteAsync(start, counted, cancellationToken).ConfigureAwait(false);
        }

        return Plan(start, counted);
    }

    async Task CheckTargetAsync(IReadOnlyList<PartitionRange> ranges, CancellationToken cancellationToken)
    {
        try
        {
            _ = target.Data.Kafka; // without it there is nothing to write to
        }
        catch (InvalidOperationException e)
        {
            Refuse(ErrorCode.InvalidConfig, e.Message);
        }

        if (request.Topic is not { } topic)
        {
            return;
        }

        if (topic == request.Source.Topic && request.Cluster == request.SourceCluster)
        {
            Refuse(ErrorCode.InvalidRequest, $"{topic} is read and would be written to at once: choose another topic.", subject: topic);
            return;
        }

        var partitions = await topics.PartitionsAsync(topic, cancellationToken).ConfigureAwait(false);
        if (InternalTopics.Contains(topic))
        {
            Refuse(ErrorCode.InvalidTopic, TopicLookup.InternalWords(topic), subject: topic);
        }
        else if (partitions == 0)
        {
            Refuse(
                ErrorCode.UnknownTopicOrPartition, $"There is no topic {topic} on {request.Cluster}: create it first.", subject: topic);
        }
        else if (request.KeepPartitions && ranges.Count > 0 && ranges.Max(range => range.Partition) is var last && last >= partitions)
        {
            Refuse(
                ErrorCode.InvalidPartitions,
                $"{topic} has {partitions} partitions, and records of partition {last} are to stay in theirs: add partitions to it first, "
                + "or let keys decide.",
                subject: topic);
        }
    }

    /// <summary>Reads the range until it ends or takes too long; keeps nothing of it but counts.</summary>
    async Task<CountedPart> CountAsync(TransferPosition start, Actor actor, CancellationToken cancellationToken)
    {
        if (start.IsDone)
        {
            return new CountedPart(0, 0, true);
        }

        var query = request.Source with
        {
            From = ScanBound.Oldest,
            To = null,
            Limit = int.MaxValue,
            BytesKept = 0,
            Continue = new ScanPosition(start.Left),
        };
        using var stop = new CancellationTokenSource(longestCount, time);
        ScanProgress? end = null;
        await foreach (var step in scanner.ScanAsync(source, query, actor, stop.Token, cancellationToken).ConfigureAwait(false))
        {
            foreach (var found in step.Found)
            {
                await CountAsync(found.Message, cancellationToken).ConfigureAwait(false);
            }

            end = step.Progress;
        }

        if (end!.Partitions.Select(one => one.Registry).FirstOrDefault(one => one is not null) is { } registry)
        {
            Refuse(
                ErrorCode.InvalidRecord, $"Records cannot be decoded, into which the filter looks: {registry.Message}", "SCHEMA_REGISTRY");
        }

        return new CountedPart(end.Looked, start.Offsets, end.IsComplete);
    }

    async ValueTask CountAsync(MessageView record, CancellationToken cancellationToken)
    {
        var to = RecordTarget.Of(request, record);
        var why = to.Why;
        if (to.Topic is { } topic)
        {
            why = !await topics.ExistsAsync(topic, cancellationToken).ConfigureAwait(false) ? RecordTarget.Missing(topic, request.Cluster)
                : request.KeepPartitions && await topics.PartitionsAsync(topic, cancellationToken).ConfigureAwait(false) <= record.Partition
                    ? new SkipReason(SkipReason.NoPartition, topic, Number(record.Partition))
                : counts.Count >= MostTargets && !counts.ContainsKey(topic) ? new SkipReason(SkipReason.TooManyTopics, Number(MostTargets))
                : null;
            if (why is null)
            {
                counts[topic] = counts.GetValueOrDefault(topic) + 1;
                return;
            }
        }

        SkipReasons.Count(skipped, why!, MostReasons);
    }

    async Task NoteAsync(TransferPosition start, CountedPart? counted, CancellationToken cancellationToken)
    {
        if (start.Offsets == 0 || counted is { IsComplete: true } && counts.Count == 0 && skipped.Count == 0)
        {
            Refuse(ErrorCode.InvalidRequest, $"There is no record of {request.Source.Topic} in this range.", "NOTHING_TO_DO");
            return;
        }

        foreach (var (why, records) in request.SkipsMissing ? [] : skipped.Take(20))
        {
            Refuse(
                ErrorCode.UnknownTopicOrPartition,
                $"{Number(records)} records have no target: {SkipReason.Of(why).Words}. Skip them, or choose a topic for all.");
        }

        if (counted is { IsComplete: false })
        {
            notes.Add(new PlanNote(Severity.Warning, "TransferCounted", [Number(counted.Looked), Number(counted.Of)]));
        }

        var transactions = await writers.HasTransactionsAsync(target, cancellationToken).ConfigureAwait(false);
        var (missing, untold) = await new TargetRights(target)
            .CheckAsync(request.Topic is { } topic ? [topic] : counts.Keys, transactions, cancellationToken).ConfigureAwait(false);
        refusals.AddRange(missing);
        notes.AddRange(untold);
        if (!transactions)
        {
            notes.Add(new PlanNote(Severity.Ok, "TransferMarked", [request.Cluster, MessageShape.Mark]));
        }
    }

    JobPlan Plan(TransferPosition? start, CountedPart? counted)
    {
        var exact = counted is { IsComplete: true };
        var records = counts.Values.Sum() + skipped.Values.Sum();
        ImmutableArray<JobTarget> targets = counted is null && request.Topic is { } topic
            ? [new JobTarget(request.Cluster, topic, null)]
            : [.. counts.Select(one => new JobTarget(request.Cluster, one.Key, one.Value))];
        return new JobPlan(request.Kind, request.Source.Topic)
        {
            Total = exact ? records : start?.Offsets,
            IsAtMost = !exact,
            Targets = targets,
            Skipped = skipped.ToImmutableSortedDictionary(),
            Counted = counted,
            Needs = [.. targets.Select(one => new Permission(AccessKind.Records, AccessAction.Write, one.Cluster, one.Topic))],
            Start = start is null ? null : new TransferState(0, start) { Planned = exact ? records : null }.Write(),
            Notes = [.. notes],
            Refusals = [.. refusals],
        };
    }

    void Refuse(ErrorCode error, string words, string? code = null, string? subject = null)
    {
        var refusal = new Refusal(error, words, subject ?? request.Source.Topic);
        refusals.Add(code is null ? refusal : refusal with { Code = code });
    }

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
