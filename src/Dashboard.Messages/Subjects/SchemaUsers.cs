using System.Collections.Immutable;
using Dashboard.Messages.Registry;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Kafka.Client;
using Wire;

namespace Dashboard.Messages.Subjects;

/// <summary>Looks for the topics that use schemas.</summary>
public interface ISchemaUsers
{
    /// <summary>
    /// Topics whose subject it is by name (TOPIC-key, TOPIC-value, TOPIC-RECORD), and those whose newest records carry one of the ids. It
    /// looks at some records of some topics, and says at which: what it did not find may be there all the same.
    /// </summary>
    /// <param name="ids">Of the schemas.</param>
    /// <param name="actor">Topics whose records it may not read are not looked at.</param>
    Task<SchemaUsage> LookAsync(
        IClusterMonitor cluster, string subject, IReadOnlySet<int> ids, Actor actor, CancellationToken cancellationToken);
}

/// <param name="Topics">That use it by name, or were seen to use it.</param>
/// <param name="Looked">Topics that were looked at to the end.</param>
/// <param name="Records">That were looked at.</param>
/// <param name="Left">Topics that were not looked at, or not to the end: there were too many, they did not answer in time.</param>
/// <param name="Hidden">Topics whose records may not be read.</param>
public sealed record SchemaUsage(ImmutableArray<TopicUsage> Topics, int Looked, long Records, int Left, int Hidden)
{
    /// <summary>Of each topic, the newest.</summary>
    public int RecordsOfTopic { get; init; } = SchemaUsers.RecordsOfTopic;
}

/// <param name="IsByName">The subject is this topic's by name.</param>
/// <param name="Found">Of its newest records, how many carry one of the ids.</param>
/// <param name="Error">Why it could not be looked at; null where it was.</param>
public sealed record TopicUsage(string Topic, bool IsByName, long Scanned, int Found, string? Error);

/// <inheritdoc cref="ISchemaUsers"/>
public sealed class SchemaUsers(IMessageScanner scanner, TimeProvider time) : ISchemaUsers
{
    public const int RecordsOfTopic = 200;

    /// <summary>Of one subject, the newest.</summary>
    public const int MostVersions = 100;

    /// <summary>Those by name come first.</summary>
    const int MostTopics = 100;

    const int AtOnce = 4;

    /// <summary>What a key or value has to be seen of: where it has an id, that stands in front.</summary>
    const int Prefix = 5;

    static readonly TimeSpan patience = TimeSpan.FromSeconds(8);

    public async Task<SchemaUsage> LookAsync(
        IClusterMonitor cluster, string subject, IReadOnlySet<int> ids, Actor actor, CancellationToken cancellationToken)
    {
        var names = (cluster.Current.Topics.Value?.Topics ?? []).Select(t => t.Name).ToList();
        var byName = NamedAfter(subject, names);
        var topics = names.Select(name => (Name: name, IsByName: byName.Contains(name)))
            .OrderByDescending(t => t.IsByName).ThenBy(t => t.Name.StartsWith("__", StringComparison.Ordinal))
            .ThenBy(t => t.Name, StringComparer.Ordinal).ToList();
        // said to be unread below, rather than left out: "not used" would be a reason to delete it
        var readable = topics.Where(t => actor.May(Permission.To(AccessAction.Read, AccessKind.Records, cluster.Id, t.Name))).ToList();
        // a page waits for it; what was seen by then is shown
        using var stop = new CancellationTokenSource(patience, time);
        var found = new List<TopicUsage>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(readable.Take(MostTopics), options, async (topic, token) =>
        {
            var seen = stop.IsCancellationRequested
                ? new TopicUsage(topic.Name, topic.IsByName, 0, 0, "not looked at in time")
                : await LookAsync(cluster, topic.Name, topic.IsByName, ids, actor, stop.Token, token).ConfigureAwait(false);
            lock (found)
            {
                found.Add(seen);
            }
        }).ConfigureAwait(false);
        var named = topics.Where(t => t.IsByName && found.All(f => f.Topic != t.Name))
            .Select(t => new TopicUsage(t.Name, true, 0, 0, "its records may not be read"));
        return new SchemaUsage(
            [
                .. found.Where(f => f.IsByName || f.Found > 0).Concat(named)
                    .OrderByDescending(f => f.Found).ThenBy(f => f.Topic, StringComparer.Ordinal),
            ],
            found.Count(f => f.Error is null), found.Sum(f => f.Scanned),
            readable.Count - found.Count(f => f.Error is null), topics.Count - readable.Count);
    }

    /// <summary>
    /// By the strategies of Confluent's serializers: TOPIC-key and TOPIC-value, or else TOPIC-RECORD. A subject that is named after a
    /// record alone is no topic's.
    /// </summary>
    public static IReadOnlySet<string> NamedAfter(string subject, IReadOnlyCollection<string> topics)
    {
        var exact = ExactlyNamedAfter(subject, topics.Contains);
        var plain = WithoutContext(subject);
        return exact.Count > 0 ? exact : topics.Where(topic =>
            plain.Length > topic.Length + 1 && plain.StartsWith(topic, StringComparison.Ordinal) && plain[topic.Length] == '-'
            && plain.AsSpan(topic.Length).Contains('.')).ToHashSet();
    }

    /// <summary>The topic of TOPIC-key or TOPIC-value, where there is one.</summary>
    public static IReadOnlySet<string> ExactlyNamedAfter(string subject, Func<string, bool> exists)
    {
        var plain = WithoutContext(subject);
        var end = plain.LastIndexOf('-');
        var isOne = end > 0 && plain[end..] is "-key" or "-value" && exists(plain[..end]);
        return isOne ? new HashSet<string> { plain[..end] } : new HashSet<string>();
    }

    /// <summary>Of ":.CONTEXT:SUBJECT" the subject.</summary>
    static string WithoutContext(string subject) =>
        subject.StartsWith(":.", StringComparison.Ordinal) && subject.IndexOf(':', 2) is var end and > 0 ? subject[(end + 1)..] : subject;

    async Task<TopicUsage> LookAsync(
        IClusterMonitor cluster, string topic, bool byName, IReadOnlySet<int> ids, Actor actor, CancellationToken stop,
        CancellationToken cancellationToken)
    {
        var query = new ScanQuery(topic) { Limit = RecordsOfTopic, BytesKept = Prefix };
        var found = 0;
        long scanned = 0;
        string? error = null;
        try
        {
            await foreach (var step in scanner.ScanAsync(cluster, query, actor, stop, cancellationToken).ConfigureAwait(false))
            {
                found += step.Found.Count(record => Uses(record, ids));
                scanned = step.Progress.Scanned;
                error = step.Progress.Partitions.FirstOrDefault(p => p.Error is not null)?.Error?.Message;
                if (step.Progress is { IsOver: true } && stop.IsCancellationRequested)
                {
                    error ??= "not looked at to the end in time";
                }
            }
        }
        catch (Exception e) when (e is KafkaException or InvalidOperationException)
        {
            error = e.Message;
        }

        return new TopicUsage(topic, byName, scanned, found, error);
    }

    static bool Uses(FoundRecord record, IReadOnlySet<int> ids) =>
        (record.Key?.Schema is { } key && ids.Contains(key.Id))
        || (record.Value?.Schema is { } value && ids.Contains(value.Id))
        || Begins(record.Message.Key, ids) || Begins(record.Message.Value, ids);

    /// <summary>As Confluent's serializers write: a 0 and the id. It counts also where the schema itself is gone.</summary>
    static bool Begins(ImmutableArray<byte>? bytes, IReadOnlySet<int> ids) =>
        bytes is { Length: >= Prefix } body && body[0] == 0
        && ids.Contains((body[1] << 24) | (body[2] << 16) | (body[3] << 8) | body[4]);
}
