using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Messages;
using Dashboard.Monitoring.Model;
using Kafka.Protocol.Records;

namespace Dashboard.Tests.Fakes;

/// <summary>As many records as are asked for, of six partitions of which one is silent; the steps of a test where it gives some.</summary>
public sealed class FakeScanner(TimeProvider time) : IMessageScanner
{
    public List<ScanStep> Steps { get; } = [];

    public List<ScanQuery> Asked { get; } = [];

    /// <summary>After its steps it waits until it is stopped.</summary>
    public bool Waits { get; set; }

    /// <summary>What every scan breaks at, after its steps.</summary>
    public Exception? Fault { get; set; }

    public async IAsyncEnumerable<ScanStep> ScanAsync(
        IClusterMonitor cluster, ScanQuery query, Actor actor, CancellationToken stop,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        Asked.Add(query);
        if (Steps.Count == 0 && Fault is null)
        {
            yield return Sample(query, RecordMasking.For(actor, cluster.Id, query.Topic)?.Of ?? (m => m));
            yield break;
        }

        foreach (var step in Steps)
        {
            yield return step with { Progress = step.Progress with { Query = query } };
        }

        if (Fault is not null)
        {
            throw Fault;
        }

        if (Waits)
        {
            var stopped = new TaskCompletionSource();
            await using var end = stop.Register(stopped.SetResult);
            await stopped.Task.WaitAsync(cancellationToken);
            var last = Steps[^1].Progress;
            var left = last.Partitions.Where(p => !p.IsDone).ToImmutableSortedDictionary(p => p.Partition, p => p.Range);
            yield return new ScanStep([], last with { Query = query, IsOver = true, Next = new ScanPosition(left) });
        }
    }

    /// <summary>What comes to who follows; it ends with him.</summary>
    public Channel<FollowStep> Follows { get; } = Channel.CreateUnbounded<FollowStep>();

    public IAsyncEnumerable<FollowStep> FollowAsync(
        IClusterMonitor cluster, ScanQuery query, Actor actor, long? mostBehind, CancellationToken cancellationToken)
    {
        Asked.Add(query);
        return Follows.Reader.ReadAllAsync(cancellationToken);
    }

    public static FollowProgress Followed(long skipped = 0) => new(
        new ScanQuery("orders"), DateTimeOffset.UnixEpoch, 10, 1000, 2, [new FollowedPartition(0, 5, 9) { Skipped = skipped }]);

    public static FoundRecord Record(int partition, long offset, string value, long timestamp = 1_700_000_000_000) =>
        Of(FakeMessages.Message(partition, offset, value, timestamp));

    public static ScanProgress Progress(bool isOver, params PartitionProgress[] partitions) => new(
        new ScanQuery("orders"), [.. partitions], partitions.Sum(p => p.Scanned), 1000, 0, TimeSpan.FromSeconds(1), isOver, null);

    static FoundRecord Of(MessageView message) => new(
        message,
        message.Key is { } key ? PlainDecoder.Of(key.AsMemory()) : null,
        message.Value is { } value ? PlainDecoder.Of(value.AsMemory()) : null,
        new BatchFacts(message.Offset, message.Offset, 1, 200, CompressionType.Zstd, 7, 0, 3),
        TransactionEnd.None);

    ScanStep Sample(ScanQuery query, Func<MessageView, MessageView> masking)
    {
        var silent = new SectionError(
            SectionErrorKind.TimedOut, "broker 2 at 127.0.0.1:9094", null, "no answer", time.GetUtcNow(), TimeSpan.FromSeconds(10));
        var partitions = Enumerable.Range(0, 6).Where(p => query.Partitions.Length == 0 || query.Partitions.Contains(p));
        var progress = partitions.Select(p => p == 3
            ? new PartitionProgress(p, OffsetRange.Unknown, default, false, 0) { Error = silent }
            : new PartitionProgress(p, new(21_000_000, 21_841_022), new(21_841_000, 21_841_022), false, 22)).ToArray();
        var records = Enumerable.Range(0, query.Limit).Select(i => Of(masking(FakeMessages.Message(
            i % 3,
            21_841_022 - i,
            $$"""{"id":{{88120 - i}},"customer":5512,"total":"48.90","currency":"EUR","note":"<b>"}""",
            time.GetUtcNow().AddMilliseconds(-i * 7).ToUnixTimeMilliseconds()))));
        return new ScanStep([.. records], Progress(true, progress) with { Query = query, Found = query.Limit });
    }
}

/// <summary>A topic that grows evenly.</summary>
public sealed class FakeVolume(TimeProvider time) : IVolumeReader
{
    public Task<Volume> ReadAsync(IClusterMonitor cluster, string topic, CancellationToken cancellationToken) => Task.FromResult(
        new Volume(time.GetUtcNow().AddHours(-24), TimeSpan.FromMinutes(30),
            [.. Enumerable.Range(0, 48).Select(i => 1000L + (i * 37 % 400))]));
}
