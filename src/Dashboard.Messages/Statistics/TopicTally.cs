using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Kafka.Protocol.Records;

namespace Dashboard.Messages.Statistics;

/// <summary>What was counted of all portions of a scan that count, and what is being counted of the others.</summary>
sealed class TopicTally
{
    readonly SortedDictionary<int, PartitionTally> partitions = [];

    public RecordTally Records { get; private init; } = new(Random.Shared.NextInt64());

    public PartitionTally Of(int partition) => partitions.GetValueOrDefault(partition) ?? new();

    public IPortionVisitor Visit(int partition) => new Piece(this, partition);

    public void Write(BinaryWriter writer)
    {
        Records.Write(writer);
        writer.Write(partitions.Count);
        foreach (var (partition, tally) in partitions)
        {
            writer.Write(partition);
            tally.Write(writer);
        }
    }

    public static TopicTally Read(BinaryReader reader)
    {
        var read = new TopicTally { Records = RecordTally.Read(reader) };
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            read.partitions[reader.ReadInt32()] = PartitionTally.Read(reader);
        }

        return read;
    }

    /// <summary>A piece that is counted apart and added when its turn comes.</summary>
    sealed class Piece(TopicTally whole, int partition) : IPortionVisitor
    {
        readonly RecordTally records = new(whole.Records.Seed);
        readonly PartitionTally order = new();
        RecordBatch batch;

        public void Open(RecordBatch opened, int unpacked)
        {
            batch = opened;
            records.Open(opened, unpacked);
        }

        public void Visit(in RecordCursor record)
        {
            records.Visit(record, batch);
            order.Add(record.Timestamp, (long)record.Key.Length + record.Value.Length);
        }

        public void Visit(MessageView record)
        {
            records.Visit(record, batch);
            order.Add(record.Timestamp, (long)record.KeyLength + record.ValueLength);
        }

        public void Count()
        {
            whole.Records.Add(records);
            if (!whole.partitions.TryGetValue(partition, out var known))
            {
                whole.partitions[partition] = known = new();
            }

            known.Add(order);
        }
    }
}
