using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Collectors;

/// <summary>
/// Topics that members of groups read and that Metadata does not list: brokers leave out what the principal may not describe, and say so
/// of a topic that is asked for by its name. Nothing is asked while there are none.
/// </summary>
sealed class UnseenTopicCollector(CollectorContext context, KafkaCluster kafka) : Collector(context)
{
    /// <summary>Of those beyond, it stays unknown whether they are gone or may not be seen.</summary>
    const int Most = 500;

    ImmutableSortedSet<string> asked = [];
    DateTimeOffset askedAt = DateTimeOffset.MinValue;

    protected override TimeSpan Interval => Context.Options.OffsetInterval;

    protected override ErrorSource Source => ErrorSource.Kafka(Context.Options.Kafka ?? "");

    /// <summary>Nothing is known less well than before.</summary>
    protected override Func<MonitorState, MonitorState> Failed(SectionError error) => state => state;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (Context.Current() is not { Topics: { Value: { } topics, Error: null }, Groups.Value: { } groups })
        {
            return;
        }

        ImmutableSortedSet<string> unseen =
            [.. groups.Groups.SelectMany(g => g.Topics).Where(topic => topics.Find(topic) is null).Distinct().Take(Most)];
        // the same topics are asked about once a minute: rights change seldom
        if (unseen.SetEquals(asked) && (unseen.IsEmpty || Context.Now - askedAt < Context.Options.ConfigInterval))
        {
            return;
        }

        // by name: only then a broker answers TOPIC_AUTHORIZATION_FAILED instead of leaving the topic out
        var metadata = unseen.IsEmpty ? null : await kafka.MetadataAsync([.. unseen], cancellationToken).ConfigureAwait(false);
        (asked, askedAt) = (unseen, Context.Now);
        ImmutableHashSet<string> refused =
            [.. (metadata?.Topics ?? []).Where(t => t.ErrorCode == (short)ErrorCode.TopicAuthorizationFailed).Select(t => t.Name!)];
        Context.Post(state => state.Snapshot.NotAllowed.SetEquals(refused)
            ? state
            : state with { Snapshot = state.Snapshot with { NotAllowed = refused } });
    }
}
