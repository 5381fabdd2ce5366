using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Collectors;

/// <summary>
/// Consumer groups: each broker lists those it coordinates, describes those with members and gives the offsets of all in one request. With
/// very many groups only those with most lag are read each time, and all of them once a minute. What could not be read stays as it was, and
/// is marked.
/// </summary>
sealed class GroupReader(CollectorContext context, KafkaCluster kafka)
{
    DateTimeOffset allReadAt = DateTimeOffset.MinValue;

    public async Task<Func<MonitorState, MonitorState>> ReadAsync(CancellationToken cancellationToken)
    {
        var began = context.Now;
        var listing = await kafka.ListGroupsAsync(cancellationToken).ConfigureAwait(false);
        var selection = Selection(context.Current().Groups.Value);
        var wanted = listing.Groups.Where(HasOffsets).Where(group => selection is null || selection(group)).ToList();
        var describing = kafka.DescribeGroupsAsync([.. wanted.Where(g => g.State is not ("Empty" or "Dead"))], cancellationToken);
        var fetching = kafka.FetchOffsetsAsync(wanted, cancellationToken);
        await Task.WhenAll(describing, fetching).ConfigureAwait(false);
        var (described, offsets, now) = (await describing.ConfigureAwait(false), await fetching.ConfigureAwait(false), context.Now);
        allReadAt = selection is null ? began : allReadAt;

        var errors = listing.Errors.ToDictionary(e => e.Key, e => Error(e));
        var read = listing.Groups.Where(g => !HasOffsets(g)).ToDictionary(g => g.GroupId, g => new GroupAnswer(Of(g, null, [], now), null));
        foreach (var group in wanted)
        {
            var description = described.TryGetValue(group.GroupId, out var known) ? known : (BrokerAnswer<GroupDescription>?)null;
            var committed = offsets[group.GroupId];
            var failure = description?.Error ?? committed.Error;
            var error = failure is null ? null : context.Error(failure, context.Broker(group.Coordinator));
            if (failure is KafkaTimeoutException or KafkaUnreachableException)
            {
                errors.TryAdd(group.Coordinator, error!);
            }

            read[group.GroupId] = new GroupAnswer(error is null ? Of(group, description?.Value, committed.Value!, now) : null, error);
        }

        return state => state with { Groups = Merge(state.Groups, listing, read, errors, began, now) };
    }

    public static Func<MonitorState, MonitorState> Failed(SectionError error) =>
        state => state with { Groups = state.Groups.Failed(error) };

    SectionError Error(KeyValuePair<int, KafkaException> failure) => context.Error(failure.Value, context.Broker(failure.Key));

    /// <summary>Share groups have none, and members of another kind: what the listing says of them is all.</summary>
    static bool HasOffsets(ListedGroup group) => group.Type.Length == 0 || group.Type.ToUpperInvariant() is "CLASSIC" or "CONSUMER";

    /// <summary>
    /// Null for all groups; while there are very many of them, between two readings of all: those with most lag, those that are new and
    /// those that failed.
    /// </summary>
    Func<ListedGroup, bool>? Selection(GroupTable? known)
    {
        if (known is null
            || known.Groups.Length <= context.Options.GroupsReadEachTime
            || context.Now - allReadAt >= context.Options.AllGroupsInterval)
        {
            return null;
        }

        var worst = known.Groups
            .OrderByDescending(g => g.TotalLag ?? 0)
            .Take(context.Options.GroupsReadEachTime)
            .Select(g => g.GroupId)
            .ToHashSet();
        return group => worst.Contains(group.GroupId) || known.Find(group.GroupId) is null or { Error: not null };
    }

    static RawGroup Of(ListedGroup group, GroupDescription? description, IReadOnlyList<CommittedOffset> offsets, DateTimeOffset now) => new(
        group.GroupId,
        description?.State ?? State(group),
        Blank(group.Type),
        Blank(group.ProtocolType),
        Blank(description?.Protocol),
        group.Coordinator,
        description is null ? [] : [.. description.Members.Select(Of)],
        offsets,
        now,
        null);

    static GroupMemberInfo Of(MemberDescription member) => new(
        member.MemberId,
        member.InstanceId,
        member.ClientId,
        member.Host,
        [.. member.Assignment.Select(p => new TopicPartition(p.Topic, p.Partition)).Order()]);

    static string State(ListedGroup group) => group.State.Length > 0 ? group.State : "Unknown";

    static string? Blank(string? text) => string.IsNullOrEmpty(text) ? null : text;

    static Section<GroupReading> Merge(
        Section<GroupReading> before,
        GroupListing listing,
        Dictionary<string, GroupAnswer> read,
        Dictionary<int, SectionError> errors,
        DateTimeOffset asked,
        DateTimeOffset now)
    {
        var old = before.Value?.Groups ?? new Dictionary<string, RawGroup>();
        var merged = new Dictionary<string, RawGroup>(listing.Groups.Count);
        foreach (var listed in listing.Groups)
        {
            var known = old.GetValueOrDefault(listed.GroupId);
            merged[listed.GroupId] = read.GetValueOrDefault(listed.GroupId) switch
            {
                null => known ?? Of(listed, null, [], now),
                { Group: { } group } => group,
                { Error: var error } => (known ?? Of(listed, null, [], now)) with { Error = error },
            };
        }

        // a group is gone when its coordinator says so, and none that is silent could have taken it over
        bool IsListed(RawGroup group) => merged.ContainsKey(group.GroupId);
        bool IsGone(RawGroup group) => errors.Count == 0 && listing.Answered.Contains(group.Coordinator);
        foreach (var group in old.Values.Where(g => !IsListed(g) && !IsGone(g)))
        {
            var error = errors.GetValueOrDefault(group.Coordinator) ?? group.Error ?? Lost(group.Coordinator, now);
            merged[group.GroupId] = group with { Error = error };
        }

        var reading = new GroupReading(merged, errors.ToImmutableDictionary()) { Answered = [.. listing.Answered], AskedAt = asked };
        // with very many groups most were read up to a minute ago, and the list is as old as the oldest
        var asOf = merged.Count == 0 ? now : merged.Values.Min(group => group.AsOf);
        return before.Read(reading, asOf, errors.Values, all: listing.Answered.Count == 0);
    }

    static SectionError Lost(int broker, DateTimeOffset now) => new(
        SectionErrorKind.Unreachable,
        ErrorSource.Broker(broker, null),
        null,
        $"Broker {broker}, which coordinated the group, does not list it any longer, and no other broker does yet.",
        now);

    /// <summary>Either of the two.</summary>
    sealed record GroupAnswer(RawGroup? Group, SectionError? Error);
}
