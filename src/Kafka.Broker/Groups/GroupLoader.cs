using Kafka.Broker.Replication;
using Kafka.Protocol;
using Kafka.Protocol.Records;
using Microsoft.Extensions.Logging;
using Wire;

namespace Kafka.Broker.Groups;

/// <summary>
/// Reads a partition of __consumer_offsets from its start: the last write of each key counts, a tombstone takes it away. Stateless.
/// </summary>
sealed partial class GroupLoader(IGroupLog log, ILogger logger)
{
    /// <summary>As offsets.load.buffer.size has it by default.</summary>
    const int ReadBytes = 5 << 20;

    /// <summary>The groups of the partition. Null when it cannot be read (this broker lost it, or its disk failed).</summary>
    public Dictionary<string, ClassicGroup>? Load(int partition, CancellationToken cancellationToken)
    {
        var groups = new Dictionary<string, ReadOnlyMemory<byte>>();
        var offsets = new Dictionary<(string Group, TopicPartition Partition), (ReadOnlyMemory<byte> Value, long LogOffset)>();
        var next = 0L;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = log.Read(partition, next, ReadBytes);
            // a log need not begin at 0
            if (read.Error == ErrorCode.OffsetOutOfRange && next < read.LogStartOffset)
            {
                next = read.LogStartOffset;
                continue;
            }

            if (read.Error != ErrorCode.None)
            {
                LogUnreadable(partition, next, read.Error);
                return null;
            }

            var before = next;
            foreach (var batch in RecordBatches.Enumerate(read.Records))
            {
                next = batch.NextOffset;
                Apply(partition, batch, groups, offsets);
            }

            if (next == before)
            {
                return Build(partition, groups, offsets);
            }
        }
    }

    void Apply(
        int partition,
        RecordBatch batch,
        Dictionary<string, ReadOnlyMemory<byte>> groups,
        Dictionary<(string Group, TopicPartition Partition), (ReadOnlyMemory<byte> Value, long LogOffset)> offsets)
    {
        if (batch.IsControl)
        {
            return;
        }

        try
        {
            foreach (var record in RecordReader.Read(batch))
            {
                if (record.Key is not { } bytes || GroupRecords.ReadKey(bytes) is not { } key)
                {
                    continue;
                }

                // copies: a slice would keep the whole read alive
                if (key.Offset is { } committed)
                {
                    Put(offsets, (key.Group, committed), record.Value is { } value ? (value.ToArray(), record.Offset) : null);
                }
                else
                {
                    Put(groups, key.Group, record.Value is { } value ? value.ToArray() : (ReadOnlyMemory<byte>?)null);
                }
            }
        }
        catch (Exception e) when (e is WireFormatException or CompressionNotSupportedException)
        {
            // one bad batch must not cost the partition all its groups
            LogSkipped(e, partition, batch.BaseOffset);
        }
    }

    static void Put<TKey, TValue>(Dictionary<TKey, TValue> table, TKey key, TValue? value)
        where TKey : notnull
        where TValue : struct
    {
        if (value is { } present)
        {
            table[key] = present;
        }
        else
        {
            table.Remove(key);
        }
    }

    Dictionary<string, ClassicGroup> Build(
        int partition,
        Dictionary<string, ReadOnlyMemory<byte>> stored,
        Dictionary<(string Group, TopicPartition Partition), (ReadOnlyMemory<byte> Value, long LogOffset)> offsets)
    {
        var groups = new Dictionary<string, ClassicGroup>();
        foreach (var (groupId, value) in stored)
        {
            try
            {
                groups[groupId] = GroupRecords.ReadGroup(groupId, value);
            }
            catch (WireFormatException e)
            {
                LogBadValue(e, partition, groupId);
            }
        }

        foreach (var ((groupId, committed), (value, logOffset)) in offsets)
        {
            if (!groups.TryGetValue(groupId, out var group))
            {
                groups[groupId] = group = new ClassicGroup(groupId); // offsets only: its consumers assign their partitions themselves
            }

            try
            {
                group.Offsets.Set(committed, GroupRecords.ReadOffset(value), logOffset);
            }
            catch (WireFormatException e)
            {
                LogBadValue(e, partition, groupId);
            }
        }

        LogLoaded(partition, groups.Count, offsets.Count);
        return groups;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "__consumer_offsets-{Partition}: {Groups} groups with {Offsets} offsets loaded")]
    partial void LogLoaded(int partition, int groups, int offsets);

    [LoggerMessage(Level = LogLevel.Warning, Message = "__consumer_offsets-{Partition}: cannot be read at {Offset}: {Error}")]
    partial void LogUnreadable(int partition, long offset, ErrorCode error);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "__consumer_offsets-{Partition}: the batch at {Offset} cannot be read and is passed over")]
    partial void LogSkipped(Exception exception, int partition, long offset);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "__consumer_offsets-{Partition}: a value of group {Group} cannot be read and is passed over")]
    partial void LogBadValue(Exception exception, int partition, string group);
}
