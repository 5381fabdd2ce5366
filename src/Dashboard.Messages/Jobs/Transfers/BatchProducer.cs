using Kafka.Client.Producing;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>How jobs write.</summary>
static class BatchProducer
{
    /// <summary>Every record once, or it is known that it may not be so; what a leader did not take in time ends its batch.</summary>
    public static ProducerOptions Options { get; } = new() { Acks = Acks.All, Partitioner = Partitioner.Murmur2 };

    /// <summary>What a leader did not take within this is given up, and the batch with it.</summary>
    public static TimeSpan Patience => Options.Patience;

    /// <summary>As text for people: "castellan-job-1f…".</summary>
    public static string NameOf(string job) => $"castellan-job-{job}";
}
