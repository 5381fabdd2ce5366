using Interop.Tests.Support;

namespace Interop.Tests.Clients;

/// <summary>kafka-python 2.0.2 (Debian) and 3.0, and confluent-kafka over librdkafka 2.16.</summary>
public sealed class PythonKafkaTests(SharedCluster shared)
{
    /// <summary>Both generations of kafka-python speak this much alike.</summary>
    const string KafkaPython = """
        import sys, threading, time
        from kafka import KafkaProducer, KafkaConsumer, KafkaAdminClient, TopicPartition
        from kafka.admin import NewTopic
        from kafka.errors import TopicAlreadyExistsError
        bootstrap, topic = sys.argv[1].split(','), sys.argv[2]
        group = topic + '-group'
        until = time.monotonic() + 90

        def wait(condition, what, *readers):
            while not condition():
                for r in readers: assert r.failure is None, (what, repr(r.failure))
                assert time.monotonic() < until, ('not in time: ' + what, [(sorted(r.owned), len(r.seen)) for r in readers])
                time.sleep(0.02)

        admin = KafkaAdminClient(bootstrap_servers=bootstrap)
        admin.create_topics([NewTopic(topic, 4, 2)])
        try:
            admin.create_topics([NewTopic(topic, 4, 2)]); assert False, 'created twice'
        except TopicAlreadyExistsError: pass
        get = lambda p, *names: next(p[n] for n in names if n in p)
        def described():
            # any broker may be asked, and one that has not heard of the topic yet says so
            answer = admin.describe_topics([topic])[0]
            assert answer['error_code'] in (0, 3), answer
            return len(answer['partitions']) == 4 and all(len(get(p, 'replicas', 'replica_nodes')) == 2 for p in answer['partitions'])
        wait(described, 'four partitions of two replicas on each broker')

        producer = KafkaProducer(bootstrap_servers=bootstrap, acks='all', compression_type='gzip')
        def send(numbers):
            futures = [producer.send(topic, b'v%d' % n, key=b'k%d' % n, partition=n % 4, headers=[('h', b'1')]) for n in numbers]
            for f in futures: f.get(30)
        send(range(80))

        def member():
            return KafkaConsumer(topic, bootstrap_servers=bootstrap, group_id=group, auto_offset_reset='earliest', enable_auto_commit=False,
                                 heartbeat_interval_ms=500, session_timeout_ms=10000, max_poll_interval_ms=20000)
        class Reader(threading.Thread):
            # poll() waits inside while the group is shared out, so each member needs a thread of its own;
            # the consumer is touched by that thread only
            def __init__(self):
                super().__init__(daemon=True)
                self.seen, self.owned, self.leaving, self.failure = set(), set(), threading.Event(), None
                self.start()
            def run(self):
                try:
                    consumer = member()
                    while not self.leaving.is_set():
                        for records in consumer.poll(timeout_ms=100).values(): self.seen.update(r.value for r in records)
                        self.owned = consumer.assignment()
                    consumer.commit(); consumer.close()
                except BaseException as e: self.failure = e
            def leave(self):
                self.leaving.set(); self.join(60)
                assert not self.is_alive() and self.failure is None, repr(self.failure)

        a, b = Reader(), Reader()
        wait(lambda: len(a.owned) == 2 and len(b.owned) == 2 and len(a.seen | b.seen) == 80, 'two members with half each', a, b)
        assert not a.owned & b.owned
        b.leave()
        wait(lambda: len(a.owned) == 4, 'one member with all', a)
        send(range(80, 120))
        wait(lambda: len(a.seen | b.seen) == 120, 'it reads on', a)
        a.leave()

        send(range(120, 140))
        c = Reader()
        wait(lambda: len(c.seen) >= 20, 'resumed', c)
        assert c.seen == {b'v%d' % n for n in range(120, 140)}, sorted(c.seen)
        c.leave()
        d = member()
        assert sum(d.committed(TopicPartition(topic, p)) for p in range(4)) == 140
        assert sum(d.end_offsets([TopicPartition(topic, p) for p in range(4)]).values()) == 140
        d.close()

        admin.delete_topics([topic])
        wait(lambda: topic not in admin.list_topics(), 'deleted')
        producer.close(); admin.close()
        print('content')
        """;

    const string ConfluentKafka = """
        import sys, time
        from confluent_kafka import Producer, Consumer, TopicPartition
        from confluent_kafka.admin import AdminClient, NewTopic
        bootstrap, topic = sys.argv[1], sys.argv[2]
        until = time.monotonic() + 90

        def wait(condition, what):
            while not condition():
                assert time.monotonic() < until, 'not in time: ' + what

        admin = AdminClient({'bootstrap.servers': bootstrap})
        for f in admin.create_topics([NewTopic(topic, 4, 3)]).values(): f.result(30)
        wait(lambda: topic in admin.list_topics(timeout=10).topics, 'created')

        errors = []
        producer = Producer({'bootstrap.servers': bootstrap, 'enable.idempotence': True, 'acks': 'all', 'compression.type': 'lz4'})
        def send(numbers):
            for n in numbers:
                producer.produce(topic, b'v%d' % n, b'k%d' % n, partition=n % 4, on_delivery=lambda e, m: e and errors.append(e))
            assert producer.flush(30) == 0 and not errors, errors
        send(range(80))

        def member():
            c = Consumer({'bootstrap.servers': bootstrap, 'group.id': topic + '-group',
                          'auto.offset.reset': 'earliest', 'enable.auto.commit': False,
                          'heartbeat.interval.ms': 500, 'session.timeout.ms': 10000, 'debug': 'cgrp'})
            c.subscribe([topic])
            return c
        def read(consumer, into):
            for m in consumer.consume(100, 0.1):
                assert m.error() is None, m.error()
                into.add(m.value())

        a, b, seen = member(), member(), set()
        def shared_out():
            read(a, seen); read(b, seen)
            # each has read its own half since it was given it: a member that took over what the other had read has nothing to commit
            return len(seen) == 80 and all(
                len(m.assignment()) == 2 and all(p.offset == 20 for p in m.position(m.assignment())) for m in (a, b))
        try: wait(shared_out, 'two members with half each')
        except AssertionError: print(a.assignment(), b.assignment(), len(seen)); raise
        a.commit(asynchronous=False); b.commit(asynchronous=False)
        b.close()
        def alone():
            read(a, seen)
            return len(a.assignment()) == 4
        wait(alone, 'one member with all')
        described = admin.describe_consumer_groups([topic + '-group'])[topic + '-group'].result(30)
        assert len(described.members) == 1, described.members
        a.close()

        send(range(80, 100))
        c, resumed = member(), set()
        def resume():
            read(c, resumed)
            return len(resumed) >= 20
        wait(resume, 'resumed')
        assert resumed == {b'v%d' % n for n in range(80, 100)}, sorted(resumed)
        c.commit(asynchronous=False)
        assert sum(p.offset for p in c.committed([TopicPartition(topic, p) for p in range(4)], 10)) == 100
        assert all(c.get_watermark_offsets(TopicPartition(topic, p), 10) == (0, 25) for p in range(4))
        c.close()
        for f in admin.delete_topics([topic]).values(): f.result(30)
        wait(lambda: topic not in admin.list_topics(timeout=10).topics, 'deleted')
        print('content')
        """;

    [Theory]
    [InlineData(Generation.Debian)]
    [InlineData(Generation.Today)]
    public async Task Kafka_python_is_content(Generation generation)
    {
        await Python.RequireAsync(generation, "kafka");
        var cluster = await shared.GetAsync();
        Assert.Contains("content", await Python.RunAsync(generation, "kafka", KafkaPython, cluster.Bootstrap, $"py-{generation}"));
    }

    [Fact]
    public async Task Confluent_kafka_is_content()
    {
        await Python.RequireAsync(Generation.Today, "confluent_kafka");
        var cluster = await shared.GetAsync();
        var printed = await Python.RunAsync(Generation.Today, "confluent_kafka", ConfluentKafka, cluster.Bootstrap, "py-confluent");
        Assert.Contains("content", printed);
    }
}
