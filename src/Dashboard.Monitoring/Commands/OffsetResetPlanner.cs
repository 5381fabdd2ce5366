using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Positions;
using Kafka.Client;
using Kafka.Client.Admin.Groups;
using Kafka.Client.Data;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Commands;

/// <summary>
/// Sets committed offsets: OffsetCommit of no member, AlterShareGroupOffsets for share groups. The plan reads everything afresh; what is
/// run writes what the plan says and nothing else.
/// </summary>
sealed class OffsetResetPlanner(ClusterSnapshot snapshot, KafkaCluster kafka, TimeProvider time)
{
    /// <summary>Of one command: Kafka stores it as one batch, and the audit log keeps all of what was before.</summary>
    public const int MostPartitions = 2000;

    /// <summary>Entries of the audit log that are looked through for what is to be put back.</summary>
    public const int MostEntries = 5000;

    public async Task<ResetOffsetsPlan> PlanAsync(ResetOffsets request, CancellationToken cancellationToken)
    {
        GroupStanding? standing = null;
        try
        {
            standing = await StandingAsync(request.Group, cancellationToken).ConfigureAwait(false);
            var committed = await GroupQuestions.CommittedAsync(kafka, standing, cancellationToken).ConfigureAwait(false);
            var given = await GivenAsync(request.To, cancellationToken).ConfigureAwait(false);
            return await PlanAsync(request, standing, committed, given, cancellationToken).ConfigureAwait(false);
        }
        catch (CommandRefusedException e)
        {
            return Refused(request, standing, [e.Refusal]);
        }
        catch (KafkaException e)
        {
            return Refused(request, standing, [Refusal.Of(e, request.Group)]);
        }
    }

    async Task<ResetOffsetsPlan> PlanAsync(
        ResetOffsets request, GroupStanding standing, IReadOnlyDictionary<TopicPartition, long> committed,
        IReadOnlyDictionary<TopicPartition, long?>? given, CancellationToken cancellationToken)
    {
        string[] topics = [.. request.Topics?.Keys ?? (given?.Keys ?? committed.Keys).Select(one => one.Topic).Distinct()];
        var metadata = topics.Length == 0
            ? new MetadataResponse()
            : await kafka.MetadataAsync(topics, cancellationToken).ConfigureAwait(false);
        var scope = new ResetScope(request.Topics, request.To.Kind, metadata, committed, given);
        var (bounds, refusals) = await BoundsAsync(request, metadata, scope, cancellationToken).ConfigureAwait(false);
        var offsets = bounds.Select(one => Planned(request.To, standing, one.Key, one.Value, committed, given)).ToImmutableArray();
        offsets = await TimedAsync(offsets, metadata, cancellationToken).ConfigureAwait(false);
        var nothing = offsets.IsEmpty ? GroupChangePlanner.NothingToMove(request.Group) : null;
        ImmutableArray<OffsetChange> changes =
            [.. offsets.Where(o => o.Changes).Select(o => new OffsetChange(o.Topic, o.Partition, o.Before, o.After))];
        return new ResetOffsetsPlan(new WriteOffsets(request.Group, standing.Kind, changes, request.To.ToString()), offsets)
        {
            Group = standing,
            AsOf = time.GetUtcNow(),
            Refusals = [.. GroupChangePlanner.Active(standing), .. refusals.DefaultIfEmpty(nothing).OfType<Refusal>()],
            Notes = [.. Notes(request, standing, offsets, scope, given)],
        };
    }

    async Task<(SortedDictionary<TopicPartition, LogBounds> Bounds, List<Refusal> Refusals)> BoundsAsync(
        ResetOffsets request, MetadataResponse metadata, ResetScope scope, CancellationToken cancellationToken)
    {
        var refusals = scope.Missing.Select(one => Refusal.Of(ErrorCode.UnknownTopicOrPartition, one)).ToList();
        var known = new SortedDictionary<TopicPartition, LogBounds>();
        if (scope.Partitions.Count > MostPartitions)
        {
            var words = $"{scope.Partitions.Count} partitions are too many at once: at most {MostPartitions}. "
                + "Choose topics, one after the other.";
            return (known, [new Refusal(ErrorCode.InvalidRequest, words, request.Group)]);
        }

        var at = request.To.Kind switch
        {
            OffsetTargetKind.Time => request.To.At,
            OffsetTargetKind.Duration => time.GetUtcNow() - request.To.Ago,
            _ => (DateTimeOffset?)null,
        };
        var leaders = LogQuestions.Leaders(metadata);
        var asked = scope.Partitions.ToDictionary(one => one, one => leaders.GetValueOrDefault(one, -1));
        IReadOnlyList<long> times = at is null ? [] : [UnixTime.ForOffsets(at.Value)];
        var answers = await kafka.LogBoundsAsync(asked, times, cancellationToken).ConfigureAwait(false);
        foreach (var (partition, answer) in answers)
        {
            if (answer.Succeeded)
            {
                known[partition] = answer.Value;
            }
            else
            {
                refusals.Add(Refusal.Of(answer.Error, partition.ToString()));
            }
        }

        return (known, refusals);
    }

    static PlannedOffset Planned(
        OffsetTarget to,
        GroupStanding standing,
        TopicPartition partition,
        LogBounds log,
        IReadOnlyDictionary<TopicPartition, long> committed,
        IReadOnlyDictionary<TopicPartition, long?>? given)
    {
        long? before = committed.TryGetValue(partition, out var commit) ? commit : null;
        var wanted = to.Kind switch
        {
            OffsetTargetKind.Earliest => log.Begin,
            OffsetTargetKind.Latest => log.End,

            // none is so young: what is written next is the first
            OffsetTargetKind.Time or OffsetTargetKind.Duration => log.At is [{ Offset: >= 0 and var found }] ? found : log.End,
            OffsetTargetKind.Offset => to.Number,
            OffsetTargetKind.Shift => Shifted(before!.Value, to.Number),

            // share groups forget whole topics alone: where there was nothing to put back, what is there stays
            _ => given![partition] ?? (standing.Kind == GroupKind.Share ? before : null),
        };
        var planned = PlannedOffset.Of(partition.Topic, partition.Partition, before, wanted, log.Begin, log.End);
        return log.At is [{ Timestamp: >= 0 and var written }]
            ? planned with { AfterAt = UnixTime.At(written) }
            : planned;
    }

    static long Shifted(long offset, long by) => by > long.MaxValue - offset ? long.MaxValue : offset + by;

    async Task<ImmutableArray<PlannedOffset>> TimedAsync(
        ImmutableArray<PlannedOffset> offsets, MetadataResponse metadata, CancellationToken cancellationToken)
    {
        var places = offsets.Where(o => o.Changes).SelectMany(o => new[]
        {
            (Key(o), Offset: o.Before is { } before ? Math.Max(before, o.Begin) : -1, o.End),
            (Key(o), Offset: o.AfterAt is null ? o.After ?? -1 : -1, o.End),
        }).Where(one => one.Offset >= 0 && one.Offset < one.End).Select(one => (one.Item1, one.Offset));
        var times = await LogQuestions.TimesAsync(kafka, LogQuestions.Leaders(metadata), places, cancellationToken).ConfigureAwait(false);
        return
        [
            .. offsets.Select(o => o with
            {
                BeforeAt = o.Before is { } before ? Time(o, Math.Max(before, o.Begin)) : null,
                AfterAt = o.AfterAt ?? (o.After is { } after ? Time(o, after) : null),
            }),
        ];

        DateTimeOffset? Time(PlannedOffset o, long offset) => times.TryGetValue((Key(o), offset), out var at) ? at : null;
    }

    static TopicPartition Key(PlannedOffset o) => new(o.Topic, o.Partition);

    /// <summary>What another group, a list or the audit log says; null where the target is worked out of each log.</summary>
    async Task<IReadOnlyDictionary<TopicPartition, long?>?> GivenAsync(OffsetTarget to, CancellationToken cancellationToken)
    {
        if (to.Kind is OffsetTargetKind.List or OffsetTargetKind.Undo)
        {
            return !to.List.Offsets.IsEmpty ? to.List.Offsets : throw Refuse(to.Kind == OffsetTargetKind.Undo
                ? $"The audit log has no change of this group at {OffsetTarget.Text(to.At)} that can be put back."
                : to.List.OtherRows > 0
                    ? $"The list has no offsets of this group: all {to.List.OtherRows} rows are of others "
                        + $"({Some(to.List.OtherGroups)})."
                    : "The list has no offsets: give topic,partition,offset for each.");
        }

        if (to.Kind != OffsetTargetKind.Group)
        {
            return null;
        }

        var other = await StandingAsync(to.Group, cancellationToken).ConfigureAwait(false);
        var offsets = await GroupQuestions.CommittedAsync(kafka, other, cancellationToken).ConfigureAwait(false);
        return offsets.Count == 0
            ? throw Refuse($"Group {to.Group} has committed nothing on this cluster.")
            : offsets.ToDictionary(one => one.Key, long? (one) => one.Value);

        CommandRefusedException Refuse(string words) =>
            new(new Refusal(ErrorCode.InvalidRequest, words, to.Group.Length > 0 ? to.Group : null));
    }

    Task<GroupStanding> StandingAsync(string group, CancellationToken cancellationToken) =>
        GroupQuestions.StandingAsync(kafka, group, snapshot.Groups.Value?.Find(group)?.Kind, time, cancellationToken);

    ResetOffsetsPlan Refused(ResetOffsets request, GroupStanding? standing, ImmutableArray<Refusal> refusals) =>
        new(new WriteOffsets(request.Group, standing?.Kind ?? GroupKind.Unknown, [], request.To.ToString()), [])
        {
            Group = standing,
            AsOf = time.GetUtcNow(),
            Refusals = [.. standing is null ? [] : GroupChangePlanner.Active(standing), .. refusals],
        };

    static IEnumerable<PlanNote> Notes(
        ResetOffsets request, GroupStanding standing, ImmutableArray<PlannedOffset> offsets, ResetScope scope,
        IReadOnlyDictionary<TopicPartition, long?>? given)
    {
        if (standing.Kind == GroupKind.Share && given is not null
            && offsets.Count(o => o.Before is not null && given[Key(o)] is null) is > 0 and var kept)
        {
            yield return new PlanNote(Severity.Warning, "ShareStartsStay", [Text(kept)]);
        }

        if (request.To.List.OtherRows > 0)
        {
            yield return new PlanNote(
                Severity.Ok, "OtherGroups", [Text(request.To.List.OtherRows), Text(request.To.List.OtherGroups.Count)]);
        }

        if (!standing.Exists && offsets.Length > 0)
        {
            yield return new PlanNote(Severity.Ok, "NewGroup", [request.Group]);
        }

        if (offsets.Length == 0 || offsets.All(o => !o.Changes))
        {
            yield return new PlanNote(Severity.Ok, offsets.Length == 0 ? "NoOffsets" : "OffsetsStay", [request.Group]);
        }

        if (offsets.Sum(o => o.ReadAgain) is > 0 and var again)
        {
            yield return new PlanNote(Severity.Warning, "ReadAgain", [Text(again), request.Group]);
        }

        if (offsets.Sum(o => o.Skipped) is > 0 and var skipped)
        {
            yield return new PlanNote(Severity.Warning, "Skipped", [Text(skipped), request.Group]);
        }

        if (offsets.Count(o => o.Clamp != OffsetClamp.None) is > 0 and var clamped)
        {
            yield return new PlanNote(Severity.Warning, "Clamped", [Text(clamped)]);
        }

        if (scope.Gone.Length > 0)
        {
            yield return new PlanNote(Severity.Warning, "TopicsGone", [Some(scope.Gone)]);
        }

        if (scope.Uncommitted > 0)
        {
            yield return new PlanNote(Severity.Warning, "NoCommitToShift", [Text(scope.Uncommitted)]);
        }

        if (standing.Kind == GroupKind.Streams)
        {
            yield return new PlanNote(Severity.Warning, "StreamsState", [request.Group]);
        }
    }

    static string Some(IReadOnlyCollection<string> names) => string.Join(", ", names.Take(5)) + (names.Count > 5 ? ", …" : "");

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    public async Task<Sending> PrepareAsync(WriteOffsets command)
    {
        if (command.Changes.Length is 0 or > MostPartitions)
        {
            var words = $"{command.Changes.Length} offsets: one command writes 1 to {MostPartitions}.";
            throw new CommandRefusedException(new Refusal(ErrorCode.InvalidRequest, words, command.Group));
        }

        var coordinator = await GroupQuestions.CoordinatorAsync(kafka, command.Group, time, CancellationToken.None).ConfigureAwait(false);
        var standing = new GroupStanding(command.Group, command.Kind, "", [], coordinator, Exists: true);
        var changes = command.Changes.ToDictionary(c => new TopicPartition(c.Topic, c.Partition));
        var now = await CommittedAsync(CancellationToken.None).ConfigureAwait(false);
        if (changes.Values.FirstOrDefault(c => At(now, c) != c.Before) is { } moved)
        {
            var words = $"{moved.Topic}-{moved.Partition} of {command.Group} was at {Say(moved.Before)} in the preview and is at "
                + $"{Say(At(now, moved))}: nothing was written. Look at a new preview.";
            throw new CommandRefusedException(
                new Refusal(ErrorCode.InvalidRequest, words, command.Group) { Code = Refusal.MovedCode });
        }

        return new Sending([.. changes.Keys.Select(one => one.ToString())], SendAsync, LookUpAsync);

        async Task<IReadOnlyDictionary<TopicPartition, long>> CommittedAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await GroupQuestions.CommittedAsync(kafka, standing, cancellationToken).ConfigureAwait(false);
            }
            catch (KafkaException e) when (e.Code == ErrorCode.GroupIdNotFound)
            {
                return new Dictionary<TopicPartition, long>();
            }
        }

        async Task<IReadOnlyDictionary<string, KafkaException?>> SendAsync()
        {
            var written = changes.Where(c => c.Value.After is not null).ToDictionary(c => c.Key, c => c.Value.After!.Value);
            var removed = changes.Where(c => c.Value.After is null).Select(c => c.Key).ToList();
            var answers = new Dictionary<string, KafkaException?>();
            await AnswerAsync(answers, written.Keys, () => command.Kind == GroupKind.Share
                ? kafka.AlterShareOffsetsAsync(coordinator, command.Group, written, CancellationToken.None)
                : kafka.CommitOffsetsAsync(coordinator, command.Group, written, CancellationToken.None)).ConfigureAwait(false);
            await AnswerAsync(answers, removed, () =>
                kafka.DeleteOffsetsAsync(coordinator, command.Group, removed, CancellationToken.None)).ConfigureAwait(false);
            return answers;
        }

        async Task<IReadOnlyList<Sighting>> LookUpAsync(IReadOnlySet<string> subjects, CancellationToken cancellationToken)
        {
            var found = await CommittedAsync(cancellationToken).ConfigureAwait(false);
            return
            [
                .. changes.Values.Where(c => subjects.Contains($"{c.Topic}-{c.Partition}")).Select(c =>
                    Sighting.OffsetAt($"{c.Topic}-{c.Partition}", Say(At(found, c)), isThere: At(found, c) == c.After)),
            ];
        }
    }

    /// <summary>Each of the two requests answers, or fails, for its own partitions.</summary>
    static async Task AnswerAsync(
        Dictionary<string, KafkaException?> answers, IReadOnlyCollection<TopicPartition> partitions,
        Func<Task<IReadOnlyDictionary<TopicPartition, KafkaException?>>> ask)
    {
        if (partitions.Count == 0)
        {
            return;
        }

        try
        {
            var told = await ask().ConfigureAwait(false);
            foreach (var partition in partitions)
            {
                answers[partition.ToString()] = told.TryGetValue(partition, out var one) ? one
                    : new KafkaException(ErrorCode.UnknownServerError, "The coordinator left it out of its answer.");
            }
        }
        catch (KafkaException e)
        {
            foreach (var partition in partitions)
            {
                answers[partition.ToString()] = e;
            }
        }
    }

    static long? At(IReadOnlyDictionary<TopicPartition, long> offsets, OffsetChange change) =>
        offsets.TryGetValue(new TopicPartition(change.Topic, change.Partition), out var offset) ? offset : null;

    static string Say(long? offset) => offset?.ToString(CultureInfo.InvariantCulture) ?? "no commit";
}
