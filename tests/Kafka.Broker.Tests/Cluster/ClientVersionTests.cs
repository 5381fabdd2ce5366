using Kafka.Broker.Tests.Support;
using Kafka.Protocol;
using Testing;

namespace Kafka.Broker.Tests.Cluster;

/// <summary>Clients of other makes in the versions that are advertised for them.</summary>
public sealed class ClientVersionTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clients_of_before_and_after_batches_read_what_the_others_wrote_and_transactions_are_refused_at_once()
    {
        var wheel = Directory.EnumerateFiles(External.Require("PYTHON_CLIENTS"), "confluent_kafka-*.whl").FirstOrDefault();
        Assert.SkipWhen(wheel is null, "PYTHON_CLIENTS has no confluent_kafka");
        using var directory = new TempDirectory();
        await System.IO.Compression.ZipFile.ExtractToDirectoryAsync(wheel!, directory["python"], Token);
        await using var cluster = await BrokerCluster.StartAsync(1, "offsets.topic.replication.factor=1");
        const string script = """
            import sys, time
            sys.path.append(sys.argv[2])
            from kafka import KafkaProducer, KafkaConsumer, TopicPartition
            import confluent_kafka
            bootstrap, expected = sys.argv[1], []
            for version in [(0, 9), (0, 10), (0, 10, 2), (0, 11), (1, 0, 0)]:
                for codec in [None, 'gzip']:
                    producer = KafkaProducer(bootstrap_servers=bootstrap, api_version=version, compression_type=codec)
                    values = [b'%r %r %d' % (version, codec, i) for i in range(20)]
                    for f in [producer.send('orders', v, key=b'k', partition=0) for v in values]: f.get(20)
                    producer.close()
                    expected += values
            for codec in ['none', 'gzip']:
                producer = confluent_kafka.Producer({'bootstrap.servers': bootstrap, 'compression.codec': codec, 'linger.ms': 50})
                values = [(b'%s %d ' % (codec.encode(), i)) * 20 for i in range(20)]
                for v in values: producer.produce('orders', v, key=b'k', partition=0)
                assert producer.flush(20) == 0
                expected += values
            for version in [(0, 9), (0, 10), (0, 10, 2), (0, 11), (1, 0, 0)]:
                consumer = KafkaConsumer(
                    bootstrap_servers=bootstrap,
                    api_version=version,
                    auto_offset_reset='earliest',
                    consumer_timeout_ms=20000,
                    check_crcs=True)
                consumer.assign([TopicPartition('orders', 0)])
                consumer.seek(TopicPartition('orders', 0), 5)
                read = []
                while len(read) < len(expected) - 5: read.append(next(consumer))
                assert [r.value for r in read] == expected[5:], version
                assert [r.offset for r in read] == list(range(5, len(expected))), version
                assert version < (0, 10) or all(r.timestamp > 0 for r in read[200:]), version
                consumer.close()
            producer = confluent_kafka.Producer({'bootstrap.servers': bootstrap, 'transactional.id': 'tx'})
            try:
                producer.init_transactions(15)
                assert False, 'there are no transactions'
            except confluent_kafka.KafkaException as e:
                assert e.args[0].fatal(), e
                print('refused', e.args[0].str())
            """;
        var result = await External.RunAsync(
            "/usr/bin/python3", ["-c", script, cluster.Bootstrap, directory["python"]], deadline: TimeSpan.FromSeconds(120));
        Assert.True(result.ExitCode == 0, $"{result}\n{string.Join('\n', cluster.Log.TakeLast(40))}");
        Assert.StartsWith("refused", result.Output);
        Assert.Contains("without transactional.id", result.Output);
    }
}
