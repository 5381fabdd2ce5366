using Confluent.Kafka;

namespace Dashboard.Sample;

/// <summary>
/// One member of a sample group: reads, takes its time over each record, commits every second. A pace that changes makes lag rise and fall.
/// Confluent.Kafka's calls block, so each member has a thread of its own.
/// </summary>
/// <param name="recordsPerSecond">How many records it manages, by how long it has run; null: as many as come.</param>
sealed class SampleConsumer(
    string bootstrap, string group, string member, IReadOnlyList<string> topics, Func<TimeSpan, double?> recordsPerSecond,
    TimeProvider time)
{
    static readonly TimeSpan commitEvery = TimeSpan.FromSeconds(1);

    public Task RunAsync(CancellationToken stopping) =>
        Task.Factory.StartNew(() => Run(stopping), stopping, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    void Run(CancellationToken stopping)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = bootstrap,
            GroupId = group,
            ClientId = member,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = true,
            AutoCommitIntervalMs = (int)commitEvery.TotalMilliseconds,
            SessionTimeoutMs = 10_000,
            AllowAutoCreateTopics = false,
            QueuedMaxMessagesKbytes = 1024,
        }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        consumer.Subscribe(topics);
        var started = time.GetTimestamp();
        double allowed = 0;
        var last = started;
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                var now = time.GetTimestamp();
                var pace = recordsPerSecond(time.GetElapsedTime(started));
                allowed = pace is { } rate ? Math.Min(rate, allowed + (rate * time.GetElapsedTime(last, now).TotalSeconds)) : 1;
                last = now;
                if (allowed >= 1)
                {
                    allowed -= Next(consumer) ? 1 : 0;
                }
                else
                {
                    stopping.WaitHandle.WaitOne(20);
                }
            }
        }
        finally
        {
            consumer.Close();
        }
    }

    static bool Next(IConsumer<byte[], byte[]> consumer)
    {
        try
        {
            return consumer.Consume(TimeSpan.FromMilliseconds(200)) is not null;
        }
        catch (ConsumeException)
        {
            // a leader moves, a broker is away: the library tries again by itself
            return false;
        }
    }
}
