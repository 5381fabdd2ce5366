using Dashboard.Messages.Scanning;
using Dashboard.Monitoring.Messages;

namespace Dashboard.Tests.Fakes;

/// <summary>Every topic was written to a minute ago; what is asked for is kept.</summary>
public sealed class FakeLastRecords(TimeProvider time) : ILastRecords
{
    public List<string> Asked { get; } = [];

    public Task<IReadOnlyDictionary<string, LastRecord>> ReadAsync(
        ClusterData cluster, IReadOnlyCollection<string> topics, CancellationToken cancellationToken)
    {
        Asked.AddRange(topics);
        return Task.FromResult<IReadOnlyDictionary<string, LastRecord>>(
            topics.ToDictionary(topic => topic, _ => new LastRecord(time.GetUtcNow().AddMinutes(-1), true)));
    }
}
