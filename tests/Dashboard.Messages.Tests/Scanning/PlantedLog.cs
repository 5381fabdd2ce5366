using System.Text;
using Dashboard.Monitoring.Tests;
using Kafka.Protocol.Records;

namespace Dashboard.Messages.Tests.Scanning;

/// <summary>
/// A topic with everything that logs have, at random: batches of every size and codec, committed, aborted and open transactions, markers,
/// holes; and records to be found among the others.
/// </summary>
sealed class PlantedLog : IAsyncDisposable
{
    const string Needle = "Nadel-\u00fc";

    readonly Random random;
    long producer = 1000, time = 1_700_000_000_000;
    int written;

    public PlantedLog(int seed)
    {
        random = new Random(seed);
        Log = new FakeLog(random.Next(1, 7));
        for (var i = 0; i < 60; i++)
        {
            Write(Log.Partitions[random.Next(Log.Partitions.Length)]);
        }
    }

    public FakeLog Log { get; }

    /// <summary>Of records that are there for readers of committed records.</summary>
    public List<(int Partition, long Offset)> All { get; } = [];

    /// <summary>Of those to be found.</summary>
    public List<(int Partition, long Offset)> Planted { get; } = [];

    public long Aborted { get; private set; }

    public ValueTask DisposeAsync() => Log.DisposeAsync();

    void Write(FakePartition partition)
    {
        var kind = random.Next(10);
        if (kind == 0)
        {
            partition.Hole(random.Next(1, 5000));
            return;
        }

        var (isTransaction, isAborted) = (kind is 1 or 2 or 3, kind is 1 or 2);
        using var batch = new RecordBatchBuilder
        {
            BaseOffset = partition.End,
            Compression = (CompressionType)random.Next(5),
            IsTransactional = isTransaction,
            ProducerId = isTransaction ? ++producer : -1,
            ProducerEpoch = (short)(isTransaction ? 0 : -1),
            BaseSequence = isTransaction ? 0 : -1,
        };
        var first = partition.End;
        for (var i = random.Next(1, 400); i > 0; i--)
        {
            var isPlanted = random.Next(40) == 0;
            var place = (Array.IndexOf(Log.Partitions, partition), partition.End + batch.Count);
            batch.Add(Key(isPlanted), Value(isPlanted), time += random.Next(3), [new RecordHeader("h", "1"u8.ToArray())]);
            if (isAborted)
            {
                Aborted++;
                continue;
            }

            All.Add(place);
            if (isPlanted)
            {
                Planted.Add(place);
            }
        }

        partition.Append(batch);
        if (isTransaction)
        {
            partition.EndOf(producer, isAborted ? first : null);
        }
    }

    byte[]? Key(bool isPlanted) =>
        random.Next(3) == 0 && !isPlanted ? null : Encoding.UTF8.GetBytes(isPlanted ? "planted" : $"k{written++}");

    /// <summary>With the letter that is not ASCII as it is, or escaped, as encoders of JSON do.</summary>
    byte[]? Value(bool isPlanted)
    {
        var name = !isPlanted ? $"user{written++}" : random.Next(2) == 0 ? Needle : "Nadel-\\u00fc";
        return !isPlanted && random.Next(20) == 0
            ? null
            : Encoding.UTF8.GetBytes($$"""{"n":{{written}},"who":{"name":"{{name}}"},"pad":"{{new string('x', random.Next(300))}}"}""");
    }
}
