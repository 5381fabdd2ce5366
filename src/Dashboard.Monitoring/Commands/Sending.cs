using Kafka.Client;

namespace Dashboard.Monitoring.Commands;

/// <summary>A command on its way, by its subjects: the topic, or partitions of it.</summary>
/// <param name="Subjects">What is looked up when no answer comes at all.</param>
/// <param name="Send">Asks Kafka, once. Null for a subject that was done, else why it was not.</param>
/// <param name="LookUp">What the cluster shows of these subjects now; asked again while it does not show them as done.</param>
sealed record Sending(
    IReadOnlyList<string> Subjects,
    Func<Task<IReadOnlyDictionary<string, KafkaException?>>> Send,
    Func<IReadOnlySet<string>, CancellationToken, Task<IReadOnlyList<Sighting>>> LookUp)
{
    /// <summary>For the audit log, where it had to be read first; null: the last reading of the cluster says it.</summary>
    public string? Before { get; init; }

    public string? After { get; init; }
}
