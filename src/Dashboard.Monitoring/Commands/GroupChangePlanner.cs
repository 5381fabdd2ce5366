using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Positions;
using Kafka.Client;
using Kafka.Client.Admin.Groups;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Commands;

/// <summary>Deletes groups and offsets of them, and takes members out. The plan asks the coordinator, not the last reading.</summary>
sealed class GroupChangePlanner(ClusterSnapshot snapshot, KafkaCluster kafka, TimeProvider time)
{
    const int MostNamed = 5;

    public async Task<GroupChangePlan> PlanAsync(GroupCommand command, CancellationToken cancellationToken)
    {
        GroupStanding? standing = null;
        try
        {
            standing = await StandingAsync(command.Group, cancellationToken).ConfigureAwait(false);
            var committed = await GroupQuestions.CommittedAsync(kafka, standing, cancellationToken).ConfigureAwait(false);
            var topic = (command as DeleteOffsets)?.Topic;
            ImmutableArray<OffsetChange> offsets = command is RemoveMembers ? [] :
            [
                .. committed.Where(one => topic is null || one.Key.Topic == topic).OrderBy(one => one.Key)
                    .Select(one => new OffsetChange(one.Key.Topic, one.Key.Partition, one.Value, null)),
            ];
            // what is run is what was found, so that the audit log can put it back
            command = With(command, offsets, standing);
            return new GroupChangePlan(command, offsets)
            {
                Group = standing,
                AsOf = time.GetUtcNow(),
                Refusals = [.. Refusals(command, standing, offsets)],
                Notes = [.. Notes(command, standing)],
            };
        }
        catch (KafkaException e)
        {
            return new GroupChangePlan(command, [])
            {
                Group = standing,
                AsOf = time.GetUtcNow(),
                Refusals = [Refusal.Of(e, command.Group)],
            };
        }
    }

    /// <summary>Of a reset that names nothing, and finds nothing that could be moved.</summary>
    public static Refusal NothingToMove(string group) => new(
        ErrorCode.InvalidRequest,
        $"{group} has committed nothing of what is asked for: there is no offset to move. Name topics to begin them at a place, "
        + "as in {\"topics\": {\"orders\": null}, \"to\": \"earliest\"}.",
        group);

    /// <summary>Kafka takes offsets of a group from its members alone, while it has any.</summary>
    public static IEnumerable<Refusal> Active(GroupStanding group)
    {
        if (group.IsActive)
        {
            var words = group.Members.Length == 0
                ? $"{group.Group} is {group.State}: members join it now. Stop them first."
                : $"{group.Group} has {group.Members.Length} {(group.Members.Length == 1 ? "member" : "members")}. "
                    + $"Stop {Names(group.Members)} first.";
            yield return new Refusal(ErrorCode.NonEmptyGroup, words, group.Group);
        }
    }

    static string Names(ImmutableArray<GroupMemberInfo> members) =>
        string.Join(", ", members.Take(MostNamed).Select(m => $"{m.InstanceId ?? m.MemberId} on {m.Host.TrimStart('/')}"))
        + (members.Length > MostNamed ? $" and {members.Length - MostNamed} more" : "");

    /// <summary>The command to run: with the offsets that go, and static members by their instance id, as Kafka wants them.</summary>
    static GroupCommand With(GroupCommand command, ImmutableArray<OffsetChange> offsets, GroupStanding group) => command switch
    {
        DeleteGroup delete => delete with { Offsets = offsets },
        DeleteOffsets delete => delete with { Offsets = offsets },
        RemoveMembers remove => remove with { Members = [.. remove.Members.Select(one => Named(one, group))] },
        _ => command,
    };

    static MemberName Named(MemberName name, GroupStanding group) =>
        group.Members.FirstOrDefault(m => m.MemberId == name.MemberId || m.InstanceId == (name.InstanceId ?? name.MemberId)) is { } member
            // Kafka takes a static member only by its instance id (KIP-345), whichever of its names was given
            ? new MemberName(member.MemberId, member.InstanceId)
            : name;

    static IEnumerable<Refusal> Refusals(GroupCommand command, GroupStanding group, ImmutableArray<OffsetChange> offsets) => command switch
    {
        _ when !group.Exists => [Refusal.Of(ErrorCode.GroupIdNotFound, command.Group)],
        DeleteGroup => Active(group),
        DeleteOffsets delete => OfTopic(delete, group, offsets),
        RemoveMembers remove => OfMembers(remove, group),
        _ => [],
    };

    static IEnumerable<Refusal> OfTopic(DeleteOffsets command, GroupStanding group, ImmutableArray<OffsetChange> offsets)
    {
        var readers = group.Members.Where(m => m.Assignments.Any(a => a.Topic == command.Topic)).ToImmutableArray();
        // of share groups Kafka forgets a topic only while they are empty (KIP-932)
        if (group.Kind == GroupKind.Share && group.IsActive)
        {
            return Active(group);
        }

        var (error, words) = readers.Length > 0
            ? (ErrorCode.GroupSubscribedToTopic, $"{command.Topic} is read by {Names(readers)}. Stop them first.")
            : (ErrorCode.UnknownTopicOrPartition, $"{command.Group} has committed nothing of {command.Topic}.");
        // members of other topics do not matter: OffsetDelete is refused only for topics that are subscribed to (KIP-496)
        return readers.Length > 0 || offsets.Length == 0 ? [new Refusal(error, words, command.Group)] : [];
    }

    static IEnumerable<Refusal> OfMembers(RemoveMembers command, GroupStanding group)
    {
        if (group.Kind != GroupKind.Classic)
        {
            var words = $"{command.Group} is a {group.Kind.ToString().ToLowerInvariant()} group: its coordinator removes a member that "
                + "does not answer by itself, and offers no other way. Stop the member.";
            return [new Refusal(ErrorCode.InvalidRequest, words, command.Group)];
        }

        return command.Members.Where(one => !group.Members.Any(m => Is(m, one)))
            .Select(one => new Refusal(ErrorCode.UnknownMemberId, $"{command.Group} has no member {one}.", one.ToString()));
    }

    static bool Is(GroupMemberInfo member, MemberName name) =>
        name.InstanceId is null ? member.MemberId == name.MemberId : member.InstanceId == name.InstanceId;

    static IEnumerable<PlanNote> Notes(GroupCommand command, GroupStanding group)
    {
        if (command is RemoveMembers remove && remove.Members.Any(m => m.InstanceId is null))
        {
            yield return new PlanNote(Severity.Warning, "MemberComesBack", []);
        }

        if (command is DeleteGroup && group.Exists)
        {
            yield return new PlanNote(Severity.Warning, "GroupStartsAnew", [command.Group]);
        }
    }

    Task<GroupStanding> StandingAsync(string group, CancellationToken cancellationToken) =>
        GroupQuestions.StandingAsync(kafka, group, snapshot.Groups.Value?.Find(group)?.Kind, time, cancellationToken);

    public async Task<Sending> PrepareAsync(GroupCommand command)
    {
        var standing = await StandingAsync(command.Group, CancellationToken.None).ConfigureAwait(false);
        return command switch
        {
            DeleteGroup => Deletion(standing),
            DeleteOffsets delete when standing.Kind == GroupKind.Share => ShareDeletion(delete, standing),
            DeleteOffsets delete => await DeletionAsync(delete, standing).ConfigureAwait(false),
            RemoveMembers { Members.Length: > 0 } remove => Removal(remove, standing),
            _ => throw new CommandRefusedException(new Refusal(ErrorCode.InvalidRequest, "No member is named.", command.Group)),
        };
    }

    Sending Deletion(GroupStanding group) => new(
        [group.Group],
        async () => new Dictionary<string, KafkaException?>
        {
            [group.Group] = await kafka.DeleteGroupAsync(group.Coordinator, group.Group, CancellationToken.None).ConfigureAwait(false),
        },
        async (_, cancellationToken) =>
            [Sighting.OfGroup(group.Group, (await StandingAsync(group.Group, cancellationToken).ConfigureAwait(false)).Exists)]);

    Sending ShareDeletion(DeleteOffsets command, GroupStanding group) => new(
        [command.Topic],
        () => kafka.DeleteShareOffsetsAsync(group.Coordinator, command.Group, [command.Topic], CancellationToken.None),
        async (_, cancellationToken) =>
        {
            var left = await GroupQuestions.CommittedAsync(kafka, group, cancellationToken).ConfigureAwait(false);
            return [Sighting.OffsetAt(command.Topic, "its start offsets", isThere: !left.Keys.Any(one => one.Topic == command.Topic))];
        });

    async Task<Sending> DeletionAsync(DeleteOffsets command, GroupStanding group)
    {
        var committed = await GroupQuestions.CommittedAsync(kafka, group, CancellationToken.None).ConfigureAwait(false);
        var partitions = committed.Keys.Where(one => one.Topic == command.Topic).Order().ToList();
        return partitions.Count == 0
            ? throw new KafkaException(ErrorCode.UnknownTopicOrPartition, $"{command.Group} has committed nothing of {command.Topic}.")
            : new Sending([.. partitions.Select(one => one.ToString())], SendAsync, LookUpAsync);

        async Task<IReadOnlyDictionary<string, KafkaException?>> SendAsync() =>
            (await kafka.DeleteOffsetsAsync(group.Coordinator, command.Group, partitions, CancellationToken.None).ConfigureAwait(false))
                .ToDictionary(one => one.Key.ToString(), one => one.Value);

        async Task<IReadOnlyList<Sighting>> LookUpAsync(IReadOnlySet<string> subjects, CancellationToken cancellationToken)
        {
            var left = await GroupQuestions.CommittedAsync(kafka, group, cancellationToken).ConfigureAwait(false);
            return
            [
                .. partitions.Where(one => subjects.Contains(one.ToString())).Select(one => left.TryGetValue(one, out var offset)
                    ? Sighting.OffsetAt(one.ToString(), offset.ToString(CultureInfo.InvariantCulture), isThere: false)
                    : Sighting.OffsetAt(one.ToString(), "no commit", isThere: true)),
            ];
        }
    }

    Sending Removal(RemoveMembers command, GroupStanding group)
    {
        return new Sending([.. command.Members.Select(one => one.ToString())], SendAsync, LookUpAsync);

        async Task<IReadOnlyDictionary<string, KafkaException?>> SendAsync() =>
            (await kafka.RemoveMembersAsync(
                group.Coordinator, command.Group, command.Members, "removed by an administrator", CancellationToken.None)
                .ConfigureAwait(false)).ToDictionary(one => one.Key.ToString(), one => one.Value);

        async Task<IReadOnlyList<Sighting>> LookUpAsync(IReadOnlySet<string> subjects, CancellationToken cancellationToken)
        {
            var now = await StandingAsync(command.Group, cancellationToken).ConfigureAwait(false);
            return
            [
                .. command.Members.Where(one => subjects.Contains(one.ToString()))
                    .Select(one => Sighting.OfMember(one.ToString(), now.Members.Any(m => Is(m, one)))),
            ];
        }
    }
}
