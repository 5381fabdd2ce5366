using System.Collections.Immutable;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;
using Wire;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>The topic that rows are written to.</summary>
sealed class RowTarget(IClusterMonitor cluster, string topic)
{
    /// <summary>As a writer is asked for it: with the times and headers of the rows.</summary>
    public TransferRequest Request(string kind) =>
        new(kind, cluster.Id, new ScanQuery(topic), cluster.Id, topic) { KeepTimestamps = true, KeepHeaders = true };

    /// <summary>How many partitions it has; 0: there is no such topic.</summary>
    /// <exception cref="global::Kafka.Client.KafkaException">The cluster does not answer.</exception>
    public Task<int> PartitionsAsync(CancellationToken cancellationToken) =>
        new TopicLookup(cluster).PartitionsAsync(topic, cancellationToken);

    /// <summary>What is to be known of how they are written there, and the rights that are missing for it.</summary>
    public async Task<(ImmutableArray<Refusal> Refusals, ImmutableArray<PlanNote> Notes)> CheckAsync(
        IBatchWriters writers, CancellationToken cancellationToken)
    {
        var transactions = await writers.HasTransactionsAsync(cluster, cancellationToken).ConfigureAwait(false);
        var (refusals, notes) = await new TargetRights(cluster).CheckAsync([topic], transactions, cancellationToken).ConfigureAwait(false);
        return (refusals, transactions ? notes : notes.Add(new PlanNote(Severity.Ok, "TransferMarked", [cluster.Id, MessageShape.Mark])));
    }

    /// <param name="outdated">Why rows may not be as their schema is now.</param>
    public static IEnumerable<PlanNote> Notes(CodedText? outdated) =>
        outdated is null ? [] : [new PlanNote(Severity.Warning, "OldFiles", [.. outdated.Arguments.Select(a => $"{a}")])];

    /// <param name="partitions">As many as it has.</param>
    /// <param name="asked">Null: the partitioner chooses.</param>
    /// <returns>Why nothing can be written there; null: it can.</returns>
    public Refusal? Refusal(int partitions, int? asked = null) =>
        InternalTopics.Contains(topic) ? new(ErrorCode.InvalidTopic, TopicLookup.InternalWords(topic), topic)
        : partitions == 0 ? new(ErrorCode.UnknownTopicOrPartition, $"There is no topic {topic} on {cluster.Id}. Create it first.", topic)
        : asked >= partitions ? new(ErrorCode.UnknownTopicOrPartition, $"{topic} has {partitions} partitions, from 0 on.", topic)
        : null;
}
