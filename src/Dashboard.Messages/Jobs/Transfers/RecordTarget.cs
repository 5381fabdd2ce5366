using System.Text;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>Where a record goes, or why it goes nowhere. Topics that are missing are told by whoever knows the cluster.</summary>
/// <param name="Topic">Null: none is named.</param>
/// <param name="Why">The reason, in words; null where there is a target.</param>
readonly record struct RecordTarget(string? Topic, string? Why)
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
            return new(null, $"without header {request.Header}");
        }

        var name = Encoding.UTF8.GetString(value.AsSpan()[..Math.Min(value.Length, LongestName + 1)]);
        return !IsName(name) ? new(null, $"header {request.Header} is no topic's name")
            : name == request.Source.Topic && request.Cluster == request.SourceCluster ? new(null, $"from {name} itself")
            : new(name, null);
    }

    public static string Missing(string topic, string cluster) => $"there is no topic {topic} on {cluster}";

    static bool IsName(string name) => name is not ("." or "..") && name.Length is > 0 and <= LongestName
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
