using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Dashboard.Monitoring;
using Kafka.Protocol.Records;

namespace Dashboard.Messages.Statistics;

/// <summary>
/// What is counted of records, some 100 KiB whatever their number. Two of them add up to that of both. Owned by one thread at a time.
/// </summary>
/// <param name="seed">Of hashes, by chance: keys cannot be made that are taken for each other. Only tallies of one seed add up.</param>
sealed partial class RecordTally(long seed)
{
    /// <summary>At most so many; the rest is said to be there.</summary>
    public const int KeysKept = 512, HeadersKept = 100, ProducersKept = 10_000;

    readonly Dictionary<ulong, HeaderName> headers = [];

    public long Seed => seed;

    public long Records { get; private set; }

    public SizeSketch Keys { get; private init; } = new();

    public SizeSketch Values { get; private init; } = new();

    public long NullKeys { get; private set; }

    public long Tombstones { get; private set; }

    public HyperLogLog DistinctKeys { get; private init; } = new();

    public FrequentKeys TopKeys { get; private init; } = new(KeysKept);

    public TimeCounts Times { get; private init; } = new();

    public long WithHeaders { get; private set; }

    /// <summary>Headers whose names are not among those that are kept.</summary>
    public long HeadersElsewhere { get; private set; }

    public IEnumerable<HeaderName> Headers => headers.Values.OrderByDescending(h => h.Count).ThenBy(h => h.Name, StringComparer.Ordinal);

    /// <summary>By the number of the codec.</summary>
    public CodecTally[] Codecs { get; } = new CodecTally[8];

    public long Transactional { get; private set; }

    public long Idempotent { get; private set; }

    /// <summary>The broker's time and not the producer's.</summary>
    public long LogAppendTime { get; private set; }

    /// <summary>Ids of idempotent ones.</summary>
    public HashSet<long> Producers { get; } = [];

    public void Open(RecordBatch batch, int unpacked)
    {
        Codecs[(int)batch.Compression & 7].Add(new(1, batch.RecordCount, batch.SizeInBytes, RecordBatch.HeaderSize + (long)unpacked));
        // -1: neither idempotent nor transactional
        if (batch.ProducerId >= 0 && Producers.Count < ProducersKept)
        {
            Producers.Add(batch.ProducerId);
        }
    }

    public void Visit(in RecordCursor record, RecordBatch batch)
    {
        Visit(batch, record.Timestamp, record.Key, record.HasKey, record.Value.Length, record.HasValue, record.HeaderCount);
        var left = record.Headers;
        for (var i = 0; i < record.HeaderCount; i++)
        {
            RecordCursor.ReadHeader(ref left, out var name, out _, out _);
            CountHeader(name);
        }
    }

    public void Visit(MessageView record, RecordBatch batch)
    {
        var key = record.Key.GetValueOrDefault();
        Visit(
            batch, record.Timestamp, key.IsDefault ? [] : key.AsSpan(), record.Key is not null, record.ValueLength,
            record.Value is not null, record.Headers.Length);
        foreach (var header in record.Headers)
        {
            CountHeader(Encoding.UTF8.GetBytes(header.Name));
        }
    }

    public void Add(RecordTally other)
    {
        Records += other.Records;
        Keys.Add(other.Keys);
        Values.Add(other.Values);
        NullKeys += other.NullKeys;
        Tombstones += other.Tombstones;
        DistinctKeys.Add(other.DistinctKeys);
        TopKeys.Add(other.TopKeys);
        Times.Add(other.Times);
        WithHeaders += other.WithHeaders;
        HeadersElsewhere += other.HeadersElsewhere;
        Transactional += other.Transactional;
        Idempotent += other.Idempotent;
        LogAppendTime += other.LogAppendTime;
        foreach (var (hash, header) in other.headers)
        {
            CountHeader(hash, header.Name, header.Count);
        }

        for (var codec = 0; codec < Codecs.Length; codec++)
        {
            Codecs[codec].Add(other.Codecs[codec]);
        }

        foreach (var producer in other.Producers.Take(ProducersKept - Producers.Count))
        {
            Producers.Add(producer);
        }
    }

    void Visit(RecordBatch batch, long timestamp, ReadOnlySpan<byte> key, bool hasKey, int valueSize, bool hasValue, int headerCount)
    {
        Records++;
        Times.Add(timestamp);
        Transactional += batch.IsTransactional ? 1 : 0;
        Idempotent += batch.ProducerId >= 0 ? 1 : 0;
        LogAppendTime += batch.TimestampType == TimestampType.LogAppendTime ? 1 : 0;
        WithHeaders += headerCount > 0 ? 1 : 0;
        if (hasKey)
        {
            var hash = XxHash3.HashToUInt64(key, seed);
            Keys.Add(key.Length);
            DistinctKeys.Add(hash);
            TopKeys.Add(hash, key);
        }
        else
        {
            NullKeys++;
        }

        if (hasValue)
        {
            Values.Add(valueSize);
        }
        else
        {
            Tombstones++;
        }
    }

    void CountHeader(ReadOnlySpan<byte> name)
    {
        var hash = XxHash3.HashToUInt64(name, seed);
        ref var known = ref CollectionsMarshal.GetValueRefOrNullRef(headers, hash);
        if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref known))
        {
            // the usual case makes no string
            known = known with { Count = known.Count + 1 };
            return;
        }

        CountHeader(hash, Encoding.UTF8.GetString(name[..Math.Min(name.Length, HeaderName.BytesKept)]), 1);
    }

    void CountHeader(ulong hash, string name, long count)
    {
        if (headers.TryGetValue(hash, out var known))
        {
            headers[hash] = known with { Count = known.Count + count };
        }
        else if (headers.Count < HeadersKept)
        {
            headers[hash] = new(name, count);
        }
        else
        {
            HeadersElsewhere += count;
        }
    }
}

/// <param name="Count">How many headers have this name: a record may have several.</param>
public readonly record struct HeaderName(string Name, long Count)
{
    /// <summary>Of a longer name, which is told apart by the whole of it.</summary>
    public const int BytesKept = 200;
}

/// <summary>What was written with one codec.</summary>
/// <param name="Stored">Bytes of the batches, as they are stored and sent.</param>
/// <param name="Unpacked">Bytes they would have without compression.</param>
record struct CodecTally(long Batches, long Records, long Stored, long Unpacked)
{
    public void Add(CodecTally other) => this = new(
        Batches + other.Batches, Records + other.Records, Stored + other.Stored, Unpacked + other.Unpacked);
}
