using System.Collections.Concurrent;
using System.Collections.Immutable;
using Dashboard.Monitoring;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Messages.Scanning;

/// <summary>
/// Asks each leader for the offsets of all its partitions at some moments: a few dozen small requests, whatever the topic holds.
/// </summary>
public sealed class VolumeReader(TimeProvider time) : IVolumeReader
{
    const int Steps = 48, AtOnce = 8;

    /// <summary>At most so many are kept; past that all are read anew.</summary>
    const int MostKept = 200;

    static readonly TimeSpan kept = TimeSpan.FromSeconds(30);

    readonly ConcurrentDictionary<(string, string), (DateTimeOffset At, Volume Volume)> known = new();

    public async Task<Volume> ReadAsync(IClusterMonitor cluster, string topic, CancellationToken cancellationToken)
    {
        var key = (cluster.Id, topic);
        if (known.TryGetValue(key, out var before) && time.GetUtcNow() - before.At < kept)
        {
            return before.Volume;
        }

        var volume = await AskAsync(cluster.Data.Kafka, topic, cancellationToken).ConfigureAwait(false);
        // all at once: what is gone is asked for again, and an order of use would cost more than that
        if (known.Count >= MostKept)
        {
            known.Clear();
        }

        known[key] = (time.GetUtcNow(), volume);
        return volume;
    }

    async Task<Volume> AskAsync(KafkaCluster cluster, string topic, CancellationToken cancellationToken)
    {
        var metadata = await cluster.MetadataAsync([topic], cancellationToken).ConfigureAwait(false);
        KafkaException.ThrowIfError(metadata.Topics.Single().ErrorCode);
        async Task<List<ListedOffset>> AtAsync(long moment)
        {
            var answers = await cluster.ListOffsetsAsync(metadata, moment, cancellationToken).ConfigureAwait(false);
            return [.. answers.OrderBy(one => one.Key.Partition).Select(one => one.Value.Require())];
        }

        var ends = await AtAsync(ListOffsetsCalls.Latest).ConfigureAwait(false);
        var firsts = (await AtAsync(0).ConfigureAwait(false)).Where(one => one is { Offset: >= 0, Timestamp: > 0 }).ToList();
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (firsts.Count == 0 || firsts.Min(one => one.Timestamp) is var begin && begin >= now)
        {
            return new Volume(time.GetUtcNow(), TimeSpan.Zero, []);
        }

        // rounded up, so that the last step reaches beyond now
        var step = Math.Max(1, (now - begin + Steps) / Steps);
        var moments = Enumerable.Range(0, Steps).Select(i => begin + (i * step)).ToList();
        var offsets = new List<List<ListedOffset>>();
        // each moment is a question to every leader
        foreach (var some in moments.Chunk(AtOnce))
        {
            offsets.AddRange(await Task.WhenAll(some.Select(AtAsync)).ConfigureAwait(false));
        }

        return new Volume(DateTimeOffset.FromUnixTimeMilliseconds(begin), TimeSpan.FromMilliseconds(step), Counts(offsets, ends));
    }

    /// <summary>No offset at a moment: nothing is as new, so that it is the end.</summary>
    static ImmutableArray<long> Counts(List<List<ListedOffset>> offsets, List<ListedOffset> ends)
    {
        var at = offsets.Select(one => one.Index().Sum(p => p.Item.Offset >= 0 ? p.Item.Offset : ends[p.Index].Offset)).ToList();
        at.Add(ends.Sum(one => one.Offset));
        return [.. at.Zip(at.Skip(1), (from, to) => Math.Max(0, to - from))];
    }
}
