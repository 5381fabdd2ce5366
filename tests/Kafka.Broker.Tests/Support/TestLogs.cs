using System.Text;
using Kafka.Broker.Configuration;
using Kafka.Broker.Log;
using Kafka.Protocol;
using Kafka.Protocol.Records;
using Microsoft.Extensions.Time.Testing;
using Wire.Files;

namespace Kafka.Broker.Tests.Support;

/// <summary>A log of one partition in a directory, opened, closed and killed as a broker does it.</summary>
sealed class TestLog : IDisposable
{
    public static readonly TopicPartition Name = new("orders", 0);

    readonly string directory;

    public TestLog(string directory, LogConfig? config = null, IDisk? disk = null, LogHints? hints = null)
    {
        this.directory = directory;
        Config = config ?? new LogConfig();
        Disk = disk ?? Wire.Files.Disk.Instance;
        Log = Open(hints ?? new LogHints(true));
    }

    public FakeTimeProvider Time { get; } = new();

    public LogConfig Config { get; }

    public IDisk Disk { get; }

    public PartitionLog Log { get; private set; }

    public long CutBytes { get; private set; }

    /// <summary>An orderly stop and start.</summary>
    public void Restart()
    {
        Log.Close();
        var hints = new LogHints(true, Log.RecoveryPoint, Log.LogStartOffset, Log.HighWatermark);
        Log.Dispose();
        Log = Open(hints);
    }

    /// <summary>kill -9 and a start: only what reached the files is there.</summary>
    public void KillAndRestart(Action? between = null)
    {
        var hints = new LogHints(false, 0, Log.LogStartOffset, Log.HighWatermark);
        Log.Dispose();
        between?.Invoke();
        Log = Open(hints);
    }

    public LogAppend Append(params string[] values) => Append(epoch: 0, values);

    public LogAppend Append(int epoch, params string[] values)
    {
        var appended = Log.AppendAsLeader(Batch(Time, values), epoch, fromClient: true);
        Log.HighWatermark = Log.LogEndOffset;
        return appended;
    }

    /// <summary>Every value from an offset on, by offset.</summary>
    public SortedDictionary<long, string> ReadAll(long from = 0)
    {
        var found = new SortedDictionary<long, string>();
        var offset = Math.Max(from, Log.LogStartOffset);
        while (offset < Log.LogEndOffset)
        {
            using var records = Log.Slice(offset, Log.LogEndOffset).Read(1 << 20, atLeastOne: true);
            if (records is null)
            {
                break;
            }

            foreach (var batch in RecordBatches.Enumerate(records.Memory))
            {
                Assert.True(batch.IsValid);
                foreach (var record in RecordReader.Read(batch))
                {
                    found[record.Offset] = Encoding.UTF8.GetString((record.Value ?? default).Span);
                }

                offset = batch.LastOffset + 1;
            }
        }

        return found;
    }

    public void Dispose() => Log.Dispose();

    public static byte[] Batch(TimeProvider time, params string[] values) => Batch(time.GetUtcNow().ToUnixTimeMilliseconds(), values);

    public static byte[] Batch(long timestamp, params string[] values)
    {
        using var builder = new RecordBatchBuilder();
        foreach (var value in values)
        {
            builder.Add(null, Encoding.UTF8.GetBytes(value), timestamp);
        }

        return builder.Build();
    }

    public static byte[] Keyed(long timestamp, params (string Key, string? Value)[] records)
    {
        using var builder = new RecordBatchBuilder();
        foreach (var (key, value) in records)
        {
            var bytes = value is null ? (ReadOnlyMemory<byte>?)null : Encoding.UTF8.GetBytes(value);
            builder.Add(Encoding.UTF8.GetBytes(key), bytes, timestamp);
        }

        return builder.Build();
    }

    public static byte[] Idempotent(long producer, short epoch, int sequence, params string[] values)
    {
        using var builder = new RecordBatchBuilder { ProducerId = producer, ProducerEpoch = epoch, BaseSequence = sequence };
        foreach (var value in values)
        {
            builder.Add(null, Encoding.UTF8.GetBytes(value), 1_000);
        }

        return builder.Build();
    }

    PartitionLog Open(LogHints hints)
    {
        var state = LogLoader.Load(Name, directory, Config, hints, Disk, Time);
        CutBytes = state.CutBytes;
        return new PartitionLog(state, Config, Disk, Time);
    }
}
