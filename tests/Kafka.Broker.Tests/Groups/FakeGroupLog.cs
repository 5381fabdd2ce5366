using System.Collections.Concurrent;
using Kafka.Broker.Groups;
using Kafka.Broker.Replication;
using Kafka.Protocol;
using Kafka.Protocol.Records;

namespace Kafka.Broker.Tests.Groups;

/// <summary>Partitions of __consumer_offsets in memory. Appends are acknowledged at once unless held back or made to fail.</summary>
sealed class FakeGroupLog : IGroupLog
{
    readonly Lock gate = new();
    readonly Dictionary<int, List<byte[]>> partitions = [];
    readonly Dictionary<int, long> ends = [];
    readonly ConcurrentQueue<TaskCompletionSource> held = new();

    /// <summary>While set, appends reach the log but are not acknowledged before <see cref="Release"/>.</summary>
    public bool Hold { get; set; }

    public int Held => held.Count;

    public ErrorCode Failure { get; set; }

    /// <summary>While set, reading waits for it.</summary>
    public TaskCompletionSource? ReadBarrier { get; set; }

    public async Task<AppendResult> AppendAsync(int partition, byte[] batch, CancellationToken cancellationToken)
    {
        if (Failure != ErrorCode.None)
        {
            return new AppendResult(Failure);
        }

        long offset;
        lock (gate)
        {
            offset = ends.GetValueOrDefault(partition);
            RecordBatch.SetBaseOffset(batch, offset);
            (partitions.TryGetValue(partition, out var batches) ? batches : partitions[partition] = []).Add(batch);
            ends[partition] = offset + new RecordBatch(batch).RecordCount;
        }

        if (Hold)
        {
            var acknowledged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            held.Enqueue(acknowledged);
            await acknowledged.Task.WaitAsync(cancellationToken);
        }

        return new AppendResult(ErrorCode.None, offset);
    }

    public void Release()
    {
        Hold = false;
        while (held.TryDequeue(out var append))
        {
            append.TrySetResult();
        }
    }

    public ReadResult Read(int partition, long offset, int maxBytes)
    {
        ReadBarrier?.Task.Wait();
        lock (gate)
        {
            var batches = partitions.GetValueOrDefault(partition) ?? [];
            var next = batches.FirstOrDefault(batch => new RecordBatch(batch).NextOffset > offset); // one at a time, as if reads were short
            return new ReadResult(ErrorCode.None, next ?? [], LogStartOffset: 0, LogEndOffset: ends.GetValueOrDefault(partition));
        }
    }

    public List<Kafka.Protocol.Records.Record> Records(int partition)
    {
        lock (gate)
        {
            return [.. (partitions.GetValueOrDefault(partition) ?? []).SelectMany(batch => RecordReader.Read(new RecordBatch(batch)))];
        }
    }
}
