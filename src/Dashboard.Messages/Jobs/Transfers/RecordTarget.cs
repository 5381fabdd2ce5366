using System.Text;
using Dashboard.Monitoring;
using Kafka.Protocol;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>Where a record goes, or why it goes nowhere. Missing topics are the planner's to say, which knows the cluster.</summary>
/// <param name="Topic">Null: none is named.</param>
/// <param name="Why">The reason; null where there is a target.</param>
readonly record struct RecordTarget(string? Topic, SkipReason? Why)
{
    const int LongestName = 249;

    public static RecordTarget Of(TransferRequest request, MessageView record)
    {
        if (request.Topic is { } chosen)
        {
            return new(chosen, null);
        }

        // of several headers of a name the last one counts, as in Java's lastHeader
        if (record.Headers.LastOrDefault(header => header.Name == request.Header) is not { Value: { Length: > 0 } value })
        {
            return new(null, new SkipReason(SkipReason.NoHeader, request.Header!));
        }

        var name = Encoding.UTF8.GetString(value.AsSpan()[..Math.Min(value.Length, LongestName + 1)]);
        return !IsName(name) ? new(null, new SkipReason(SkipReason.NoName, request.Header!))
            : name == request.Source.Topic && request.Cluster == request.SourceCluster ? new(null, new SkipReason(SkipReason.Itself, name))
            : new(name, null);
    }

    public static SkipReason Missing(string topic, string cluster) =>
        InternalTopics.Contains(topic) ? new(SkipReason.Internal, topic) : new(SkipReason.NoTopic, topic, cluster);

    static bool IsName(string name) => name is not ("." or "..") && name.Length is > 0 and <= LongestName
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
