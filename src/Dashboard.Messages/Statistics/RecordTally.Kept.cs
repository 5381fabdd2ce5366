namespace Dashboard.Messages.Statistics;

/// <summary>A tally as it is kept between two runs.</summary>
sealed partial class RecordTally
{
    public void Write(BinaryWriter writer)
    {
        writer.Write(seed);
        foreach (var number in (ReadOnlySpan<long>)
            [Records, NullKeys, Tombstones, WithHeaders, HeadersElsewhere, Transactional, Idempotent, LogAppendTime])
        {
            writer.Write(number);
        }

        Keys.Write(writer);
        Values.Write(writer);
        DistinctKeys.Write(writer);
        TopKeys.Write(writer);
        Times.Write(writer);
        writer.Write(headers.Count);
        foreach (var (hash, header) in headers)
        {
            writer.Write(hash);
            writer.Write(header.Name);
            writer.Write(header.Count);
        }

        foreach (var codec in Codecs)
        {
            writer.Write(codec.Batches);
            writer.Write(codec.Records);
            writer.Write(codec.Stored);
            writer.Write(codec.Unpacked);
        }

        writer.Write(Producers.Count);
        foreach (var producer in Producers)
        {
            writer.Write(producer);
        }
    }

    public static RecordTally Read(BinaryReader reader)
    {
        var tally = new RecordTally(reader.ReadInt64())
        {
            Records = reader.ReadInt64(),
            NullKeys = reader.ReadInt64(),
            Tombstones = reader.ReadInt64(),
            WithHeaders = reader.ReadInt64(),
            HeadersElsewhere = reader.ReadInt64(),
            Transactional = reader.ReadInt64(),
            Idempotent = reader.ReadInt64(),
            LogAppendTime = reader.ReadInt64(),
            Keys = SizeSketch.Read(reader),
            Values = SizeSketch.Read(reader),
            DistinctKeys = HyperLogLog.Read(reader),
            TopKeys = FrequentKeys.Read(reader, KeysKept),
            Times = TimeCounts.Read(reader),
        };
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var hash = reader.ReadUInt64();
            tally.headers[hash] = new(reader.ReadString(), reader.ReadInt64());
        }

        for (var codec = 0; codec < tally.Codecs.Length; codec++)
        {
            tally.Codecs[codec] = new(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
        }

        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            tally.Producers.Add(reader.ReadInt64());
        }

        return tally;
    }
}
