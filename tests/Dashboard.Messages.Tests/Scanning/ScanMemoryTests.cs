using System.Text;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Messages;
using Dashboard.Monitoring.Tests;
using Kafka.Protocol.Messages;
using Kafka.Protocol.Records;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Dashboard.Messages.Tests.Scanning;

/// <summary>What somebody does not take is not read: records in memory take ten times what they take in a log.</summary>
public sealed class ScanMemoryTests
{
    const int Batches = 30, RecordsOfBatch = 5_000;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_nobody_takes_what_was_found_a_few_megabytes_are_read_ahead(bool newestFirst)
    {
        await using var log = new FakeLog();
        for (var batch = 0; batch < Batches; batch++)
        {
            Append(log.First, batch);
        }

        await using var data = new ClusterData("t", () => log.Bootstrap, new(), null, NullLoggerFactory.Instance);
        var query = new ScanQuery("t") { From = newestFirst ? ScanBound.Newest : ScanBound.Oldest, Limit = int.MaxValue };
        var scanner = new MessageScanner(new PlainDecoder());
        await using var steps = scanner.ScanAsync(data, query, Actor.Program("test"), CancellationToken.None, Token)
            .GetAsyncEnumerator(Token);
        var found = 0;
        while (found == 0)
        {
            Assert.True(await steps.MoveNextAsync());
            found += steps.Current.Found.Length;
        }

        var fetches = -1;
        await Eventually.TrueAsync(
            async () =>
            {
                var before = fetches;
                await Task.Delay(100, Token);
                return before == (fetches = log.Count<FetchRequest>());
            },
            "nothing more is asked for");
        Assert.True(await steps.MoveNextAsync());
        Assert.InRange(steps.Current.Progress.Bytes, 1, 6 << 20);
        found += steps.Current.Found.Length;
        while (!steps.Current.Progress.IsOver && await steps.MoveNextAsync())
        {
            found += steps.Current.Found.Length;
        }

        Assert.Equal(Batches * RecordsOfBatch, found);
    }

    static void Append(FakePartition partition, int batch)
    {
        using var records = new RecordBatchBuilder { BaseOffset = partition.End };
        for (var i = 0; i < RecordsOfBatch; i++)
        {
            var value = Encoding.ASCII.GetBytes($"{new string('x', 80)} {batch} {i}");
            records.Add("key"u8.ToArray(), value, 1_700_000_000_000 + batch, []);
        }

        partition.Append(records);
    }
}
