using System.Globalization;
using System.Text.Json;
using Confluent.Kafka;

namespace Dashboard.Sample;

/// <summary>Writes some tens of records a second to the sample topics, keyed, with acks=all, through one idempotent producer.</summary>
sealed class SampleProducer(string bootstrap, TimeProvider time)
{
    /// <summary>Records a tick of 100 ms, by topic.</summary>
    static readonly (string Topic, int Records)[] pace = [(SampleTopics.Orders, 2), (SampleTopics.Payments, 1), (SampleTopics.Clicks, 4)];

    static readonly string[] pages = ["/", "/basket", "/search", "/item/1042", "/checkout"];
    readonly Random random = new(1);
    long number;

    public async Task RunAsync(CancellationToken stopping)
    {
        using var producer = new ProducerBuilder<string, string>(new ProducerConfig
        {
            BootstrapServers = bootstrap,
            ClientId = "sample-producer",
            Acks = Acks.All,
            AllowAutoCreateTopics = false, // who deletes a sample topic does not want it back
            EnableIdempotence = true,
            LingerMs = 20,
            MessageTimeoutMs = 30_000,
            QueueBufferingMaxMessages = 20_000,
        }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), time);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            foreach (var (topic, records) in pace)
            {
                for (var i = 0; i < records; i++)
                {
                    Send(producer, topic);
                }
            }

            if (number % 10 == 0)
            {
                Send(producer, SampleTopics.Tutorial);
            }
        }
    }

    void Send(IProducer<string, string> producer, string topic)
    {
        number++;
        var customer = random.Next(1000).ToString(CultureInfo.InvariantCulture);
        try
        {
            producer.Produce(topic, new Message<string, string> { Key = customer, Value = Body(topic, customer) });
        }
        catch (ProduceException<string, string> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
        {
            // the cluster is away: what does not fit is not written, it is only a sample
        }
    }

    string Body(string topic, string customer) => topic switch
    {
        SampleTopics.Orders =>
            JsonSerializer.Serialize(new { order = number, customer, amount = random.Next(500, 20_000) / 100m, at = time.GetUtcNow() }),
        SampleTopics.Payments =>
            JsonSerializer.Serialize(
                new { payment = number, customer, method = random.Next(2) == 0 ? "card" : "transfer", at = time.GetUtcNow() }),
        SampleTopics.Clicks => JsonSerializer.Serialize(new { customer, page = pages[random.Next(pages.Length)], at = time.GetUtcNow() }),
        _ => $"record {number}",
    };
}
