using System.Collections.Concurrent;
using System.Text;
using Kafka.Client.Tests;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Kafka.Protocol.Records;

namespace Dashboard.Monitoring.Tests;

/// <summary>A partition as a leader keeps it: batches, written as a test wants them, also while it is read.</summary>
sealed class FakePartition
{
    readonly Lock gate = new();
    readonly List<byte[]> batches = [];

    public long Begin { get; set; }

    public long End { get; private set; }

    /// <summary>Null: the end.</summary>
    public long? Stable { get; set; }

    public List<FetchResponse.AbortedTransaction> Aborted { get; } = [];

    public List<DescribeProducersResponse.ProducerState> Producers { get; } = [];

    public long LastStable => Stable ?? End;

    /// <summary>A batch of records with these values.</summary>
    public FakePartition Write(params string[] values) => Write(1_700_000_000_000, values);

    public FakePartition Write(long timestamp, params string[] values)
    {
        using var batch = new RecordBatchBuilder { BaseOffset = End };
        foreach (var value in values)
        {
            batch.Add(Encoding.UTF8.GetBytes($"k{End}"), Encoding.UTF8.GetBytes(value), timestamp);
        }

        return Append(batch);
    }

    /// <summary>A record of a transaction.</summary>
    public FakePartition WriteIn(long producer, string value)
    {
        using var batch = new RecordBatchBuilder
        {
            BaseOffset = End,
            IsTransactional = true,
            ProducerId = producer,
            ProducerEpoch = 0,
            BaseSequence = 0,
        };
        batch.Add(null, Encoding.UTF8.GetBytes(value), 1_700_000_000_000);
        return Append(batch);
    }

    /// <summary>The marker that ends a transaction; an abort from the offset of its first record.</summary>
    public FakePartition EndOf(long producer, long? abortedFrom = null)
    {
        using var batch = new RecordBatchBuilder
        {
            BaseOffset = End,
            IsTransactional = true,
            IsControl = true,
            ProducerId = producer,
            ProducerEpoch = 0,
        };
        batch.Add(new byte[] { 0, 0, 0, (byte)(abortedFrom is null ? 1 : 0) }, new byte[6], 1_700_000_000_000);
        if (abortedFrom is { } first)
        {
            Aborted.Add(new() { ProducerId = producer, FirstOffset = first });
        }

        return Append(batch);
    }

    /// <summary>Compaction left nothing of these offsets.</summary>
    public FakePartition Hole(long offsets)
    {
        End += offsets;
        return this;
    }

    /// <summary>Changes a byte of what was written last.</summary>
    public FakePartition Break()
    {
        batches[^1][^1] ^= 0xff;
        return this;
    }

    /// <summary>
    /// As Kafka reads: whole batches from the one with the offset on, the last cut at the limit; at least one for who comes first.
    /// </summary>
    public byte[] Read(long offset, long stable, int maxBytes, bool atLeastOne)
    {
        using var held = gate.EnterScope();
        var from = batches.FindIndex(b => new RecordBatch(b).NextOffset > offset);
        var read = new MemoryStream();
        for (var i = from; i >= 0 && i < batches.Count && new RecordBatch(batches[i]).BaseOffset < stable; i++)
        {
            var whole = atLeastOne && read.Length == 0;
            if (!whole && read.Length == 0 && batches[i].Length > maxBytes)
            {
                break;
            }

            read.Write(batches[i], 0, whole ? batches[i].Length : (int)Math.Clamp(maxBytes - read.Length, 0, batches[i].Length));
        }

        return read.ToArray();
    }

    /// <summary>A batch as a test builds it, from <see cref="End"/> on.</summary>
    public FakePartition Append(RecordBatchBuilder batch)
    {
        using var held = gate.EnterScope();
        batches.Add(batch.Build());
        End = new RecordBatch(batches[^1]).NextOffset;
        return this;
    }
}

/// <summary>A cluster of one broker that leads a topic of such partitions.</summary>
sealed class FakeLog : IAsyncDisposable
{
    readonly FakeBroker broker = new() { NodeId = 1 };

    public FakeLog(int partitions = 1)
    {
        Partitions = [.. Enumerable.Range(0, partitions).Select(_ => new FakePartition())];
        broker.Handler = (_, request) => Answer(request);
    }

    /// <summary>Another broker of the same cluster: it has the same partitions, and leads those that the first one says it does.</summary>
    public FakeLog(FakeLog first)
    {
        (Partitions, this.first) = (first.Partitions, first);
        broker.Handler = (_, request) => Answer(request);
    }

    readonly FakeLog? first;

    /// <summary>So many of the last offsets it does not tell and does not give: a leader that has to catch up.</summary>
    public long Lag { get; set; }

    public FakePartition[] Partitions { get; }

    public FakePartition First => Partitions[0];

    /// <summary>Led by a broker at this port, for those that are not led here.</summary>
    public ConcurrentDictionary<int, int> LedElsewhere { get; } = [];

    /// <summary>Under which port the broker calls itself; null: its own.</summary>
    public int? ToldPort { get; set; }

    public ConcurrentBag<ListTransactionsResponse.ListedTransaction> Transactions { get; } = [];

    /// <summary>Called as records of a partition are given.</summary>
    public Action<FakePartition>? Read { get; set; }

    public int Port => broker.Port;

    public string Bootstrap => $"127.0.0.1:{ToldPort ?? Port}";

    public int Count<T>() => broker.Asked.Count(one => one.Body is T);

    public ValueTask DisposeAsync() => broker.DisposeAsync();

    IKafkaResponse? Answer(IKafkaRequest request) => request switch
    {
        MetadataRequest => (first ?? this).Metadata(),
        ListOffsetsRequest list => Offsets(list),
        FetchRequest fetch => Records(fetch),
        DescribeProducersRequest describe => new DescribeProducersResponse
        {
            Topics = [.. describe.Topics.Select(t => new DescribeProducersResponse.TopicResponse
            {
                Name = t.Name,
                Partitions = [.. t.PartitionIndexes.Select(p => new DescribeProducersResponse.PartitionResponse
                {
                    PartitionIndex = p, ActiveProducers = Partitions[p].Producers,
                })],
            })],
        },
        ListTransactionsRequest => new ListTransactionsResponse { TransactionStates = [.. Transactions] },
        DescribeTransactionsRequest of => new DescribeTransactionsResponse
        {
            TransactionStates = [.. of.TransactionalIds.Select(id => new DescribeTransactionsResponse.DescribedTransaction
            {
                TransactionalId = id,
                TransactionState = "Ongoing",
                TransactionStartTimeMs = 1_700_000_000_000,
                TransactionTimeoutMs = 60_000,
            })],
        },
        _ => null,
    };

    MetadataResponse Metadata()
    {
        var answer = broker.Metadata();
        answer.Brokers[0].Port = ToldPort ?? Port;
        answer.Brokers.AddRange(LedElsewhere.Values.Distinct().Select(port => new MetadataResponse.MetadataResponseBroker
        {
            NodeId = port,
            Host = "127.0.0.1",
            Port = port,
        }));
        answer.Topics =
        [
            new()
            {
                Name = "t",
                Partitions = [.. Partitions.Index().Select(p => new MetadataResponse.MetadataResponsePartition
                {
                    PartitionIndex = p.Index, LeaderId = LedElsewhere.GetValueOrDefault(p.Index, 1),
                })],
            },
        ];
        return answer;
    }

    ListOffsetsResponse Offsets(ListOffsetsRequest list) => new()
    {
        Topics = [.. list.Topics.Select(t => new ListOffsetsResponse.ListOffsetsTopicResponse
        {
            Name = t.Name,
            Partitions = [.. t.Partitions.Select(p => new ListOffsetsResponse.ListOffsetsPartitionResponse
            {
                PartitionIndex = p.PartitionIndex,
                ErrorCode = (short)(Leads(p.PartitionIndex) ? ErrorCode.None : ErrorCode.NotLeaderOrFollower),
                Offset = p.Timestamp == -2
                    ? Partitions[p.PartitionIndex].Begin
                    : EndFor(Partitions[p.PartitionIndex], list.IsolationLevel),
            })],
        })],
    };

    /// <summary>Where reading ends: of committed records only (1), at the last stable offset.</summary>
    long EndFor(FakePartition partition, sbyte isolationLevel) =>
        Math.Max(partition.Begin, (isolationLevel == 1 ? partition.LastStable : partition.End) - Lag);

    bool Leads(int partition) =>
        first is null ? !LedElsewhere.ContainsKey(partition) : first.LedElsewhere.GetValueOrDefault(partition) == Port;

    FetchResponse Records(FetchRequest fetch)
    {
        var left = fetch.MaxBytes;
        var answer = new FetchResponse { Responses = [] };
        foreach (var topic in fetch.Topics)
        {
            var told = new FetchResponse.FetchableTopicResponse { Topic = topic.Topic };
            foreach (var one in topic.Partitions)
            {
                var partition = Partitions[one.Partition];
                if (!Leads(one.Partition))
                {
                    told.Partitions.Add(new FetchResponse.PartitionData
                    {
                        PartitionIndex = one.Partition,
                        ErrorCode = (short)ErrorCode.NotLeaderOrFollower,
                        HighWatermark = -1,
                    });
                    continue;
                }

                var (end, limit) = (EndFor(partition, fetch.IsolationLevel), Math.Min(left, one.PartitionMaxBytes));
                var records = partition.Read(one.FetchOffset, end, limit, atLeastOne: left == fetch.MaxBytes);
                left -= records.Length;
                if (one.FetchOffset < partition.Begin)
                {
                    told.Partitions.Add(new FetchResponse.PartitionData
                    {
                        PartitionIndex = one.Partition,
                        ErrorCode = (short)ErrorCode.OffsetOutOfRange,
                        HighWatermark = -1,
                    });
                    continue;
                }

                Read?.Invoke(partition);
                told.Partitions.Add(new FetchResponse.PartitionData
                {
                    PartitionIndex = one.Partition,
                    HighWatermark = EndFor(partition, 0),
                    LastStableOffset = EndFor(partition, 1),
                    AbortedTransactions = partition.Aborted,
                    Records = records,
                });
            }

            answer.Responses.Add(told);
        }

        return answer;
    }
}
