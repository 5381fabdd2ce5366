using System.Collections.Immutable;

namespace Dashboard.Monitoring;

/// <summary>The last records of a topic, read for a person. Never part of a snapshot.</summary>
public interface IMessageReader
{
    /// <summary>Newest first over the partitions asked for (null: all), at most <paramref name="limit"/>, within a deadline of 5 s.</summary>
    Task<MessagePage> ReadLastAsync(string topic, int? partition, int limit, CancellationToken cancellation);
}

/// <param name="TimedOutPartitions">Partitions that did not answer in time: their records are missing, not absent.</param>
public sealed record MessagePage(ImmutableArray<MessageView> Messages, ImmutableArray<int> TimedOutPartitions, DateTimeOffset AsOf);

/// <summary>Bodies are untrusted bytes; at most the first 64 KiB of each are kept, <see cref="ValueLength"/> is the whole.</summary>
public sealed record MessageView(
    int Partition, long Offset, DateTimeOffset Timestamp, ImmutableArray<byte>? Key, ImmutableArray<byte>? Value, int KeyLength, int ValueLength, ImmutableArray<MessageHeader> Headers);

public sealed record MessageHeader(string Name, ImmutableArray<byte>? Value);
