using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Client.Admin.Groups;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Collectors;

/// <summary>
/// Groups of all kinds: each broker lists those it coordinates, describes them kind by kind and gives the offsets of all in few requests.
/// With very many groups only those with most lag are read each time, and all of them once a minute. What could not be read stays as it
/// was, and is marked.
/// </summary>
sealed class GroupReader(CollectorContext context, KafkaCluster kafka)
{
    DateTimeOffset allReadAt = DateTimeOffset.MinValue;

    public async Task<Func<MonitorState, MonitorState>> ReadAsync(CancellationToken cancellationToken)
    {
        var began = context.Now;
        var listing = await kafka.ListGroupsAsync(cancellationToken).ConfigureAwait(false);
        var selection = Selection(context.Current().Groups.Value);
        var wanted = listing.Groups.Where(group => selection is null || selection(group)).ToList();
        // offsets are fetched beside the descriptions, not after: the two belong to one moment
        var describing = kafka.DescribeGroupsAsync([.. wanted.Where(IsWorthDescribing)], cancellationToken);
        var fetching = kafka.FetchOffsetsAsync(wanted.Where(Commits), cancellationToken);
        var starting = kafka.FetchShareOffsetsAsync(wanted.Where(g => g.Kind == GroupKind.Share), cancellationToken);
        await Task.WhenAll(describing, fetching, starting).ConfigureAwait(false);
        var (described, offsets, starts) =
            (await describing.ConfigureAwait(false), await fetching.ConfigureAwait(false), await starting.ConfigureAwait(false));
        var now = context.Now;
        // from the beginning: a reading that takes long must not stretch the minute
        allReadAt = selection is null ? began : allReadAt;

        var errors = listing.Errors.ToDictionary(e => e.Key, e => Error(e));
        var read = new Dictionary<string, GroupAnswer>(wanted.Count);
        foreach (var group in wanted)
        {
            var (description, notDescribed) = Told(described, group);
            var (committed, notFetched) = Told(offsets, group);
            var (started, notStarted) = Told(starts, group);
            var failure = notDescribed ?? notFetched ?? notStarted;
            var error = failure is null ? null : context.Error(failure, context.Broker(group.Coordinator));
            if (failure is KafkaTimeoutException or KafkaUnreachableException)
            {
                // a refusal of one group says nothing of its broker; silence does
                errors.TryAdd(group.Coordinator, error!);
            }

            var told = error is null ? Of(group, description, committed ?? [], started ?? [], now) : null;
            read[group.GroupId] = new GroupAnswer(told, error);
        }

        return state => state with { Groups = Merge(state.Groups, listing, read, errors, began, now) };
    }

    public static Func<MonitorState, MonitorState> Failed(SectionError error) =>
        state => state with { Groups = state.Groups.Failed(error) };

    SectionError Error(KeyValuePair<int, KafkaException> failure) => context.Error(failure.Value, context.Broker(failure.Key));

    /// <summary>A classic group without members has nothing that its listing does not say; the others keep epochs, or a topology.</summary>
    static bool IsWorthDescribing(ListedGroup group) => group.Kind switch
    {
        GroupKind.Unknown => false,
        GroupKind.Classic => group.State is not ("Empty" or "Dead"),
        _ => group.State != "Dead",
    };

    static bool Commits(ListedGroup group) => group.Kind is GroupKind.Classic or GroupKind.Consumer or GroupKind.Streams;

    /// <summary>
    /// Neither for one that was not asked for, and for what its broker cannot tell: a release may list a kind of group, yet have no API of
    /// it that is out of early access.
    /// </summary>
    static (T? Value, KafkaException? Error) Told<T>(IReadOnlyDictionary<string, BrokerAnswer<T>> answers, ListedGroup group)
        where T : class =>
        !answers.TryGetValue(group.GroupId, out var answer) ? default
        : answer.Succeeded ? (answer.Value, null)
        : answer.Error.Code == ErrorCode.UnsupportedVersion ? default
        : (null, answer.Error);

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
            // the groups that people look for: the worst ones stay fresh, the others are at most a minute old
            .OrderByDescending(g => g.TotalLag ?? 0)
            .Take(context.Options.GroupsReadEachTime)
            .Select(g => g.GroupId)
            .ToHashSet();
        return group => worst.Contains(group.GroupId) || known.Find(group.GroupId) is null or { Error: not null };
    }

    RawGroup Of(
        ListedGroup group,
        GroupDescription? description,
        IReadOnlyList<CommittedOffset> offsets,
        IReadOnlyList<ShareStartOffset> starts,
        DateTimeOffset now) => new(
        group.GroupId,
        description?.State ?? State(group),
        group.Kind,
        Blank(group.ProtocolType),
        Blank(description?.Protocol),
        group.Coordinator,
        description is null ? [] : GroupDetails.Members(group.Kind, description, context.Current().Topics.Value),
        offsets,
        now,
        null)
        {
            Epochs = description is { Epoch: { } epoch, AssignmentEpoch: { } assignment } ? new GroupEpochs(epoch, assignment) : null,
            Topology = description is null ? null : GroupDetails.Topology(description),
            Starts = starts,
        };

    RawGroup Listed(ListedGroup group, DateTimeOffset now) => Of(group, null, [], [], now);

    static string State(ListedGroup group) => group.State.Length > 0 ? group.State : "Unknown";

    static string? Blank(string? text) => string.IsNullOrEmpty(text) ? null : text;

    Section<GroupReading> Merge(
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
                // not selected this time; a new one that was not read yet is shown by its listing
                null => known ?? Listed(listed, now),
                { Group: { } group } => group,
                { Error: var error } => (known ?? Listed(listed, now)) with { Error = error },
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
