using System.Collections.Immutable;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Client.Data;
using Kafka.Protocol;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>
/// Whether a cluster lets this program write what a job is to write, as far as it tells that before anything is written. What it does not
/// tell is a note: it shows when the job runs.
/// </summary>
sealed class TargetRights(IClusterMonitor cluster)
{
    /// <summary>Topics without the right that are named.</summary>
    const int MostNamed = 20;

    /// <summary>Of a job that has no id yet: rights are given to the prefix.</summary>
    static readonly string name = BatchProducer.NameOf("plan"), prefix = BatchProducer.NameOf("");

    public static string WriteWords(string cluster, string topic) =>
        $"This program may not write to {topic} on {cluster}: give its principal Write on the topic "
        + $"(kafka-acls.sh --add --operation Write --topic {topic}).";

    /// <param name="transactions">It is written in transactions.</param>
    public async Task<(ImmutableArray<Refusal> Refusals, ImmutableArray<PlanNote> Notes)> CheckAsync(
        IReadOnlyCollection<string> topics, bool transactions, CancellationToken cancellationToken)
    {
        var kafka = cluster.Data.Kafka;
        var refusals = ImmutableArray.CreateBuilder<Refusal>();
        var untold = false;
        try
        {
            var may = await kafka.MayAsync(AclOperation.Write, topics, cancellationToken).ConfigureAwait(false);
            refusals.AddRange(may.Where(one => one.Value == false).Take(MostNamed)
                .Select(one => new Refusal(ErrorCode.TopicAuthorizationFailed, WriteWords(cluster.Id, one.Key), one.Key)));
            untold = may.Any(one => one.Value is null);
            if (transactions)
            {
                // offsets are committed of one of them, that of the first record
                var read = await kafka.MayAsync(AclOperation.Read, topics, cancellationToken).ConfigureAwait(false);
                var none = read.Count > 0 && read.Values.All(one => one == false);
                refusals.AddRange(read.Take(none ? 1 : 0).Select(one => Unread(one.Key)));
                untold |= !none && read.Values.Any(one => one != true);
                var (byId, byGroup) = (
                    await AllowsAsync(InternalTopics.TransactionState, CoordinatorType.Transaction, cancellationToken)
                        .ConfigureAwait(false),
                    await AllowsAsync(InternalTopics.ConsumerOffsets, CoordinatorType.Group, cancellationToken).ConfigureAwait(false));
                refusals.AddRange(Refusals(byId, byGroup));
                untold |= byId is null || byGroup is null;
            }
        }
        catch (KafkaException)
        {
            untold = true;
        }

        return (refusals.ToImmutable(), untold ? [new PlanNote(Severity.Ok, "TransferRightsUntold", [cluster.Id])] : []);
    }

    Refusal Unread(string topic) => new(
        ErrorCode.TopicAuthorizationFailed,
        $"This program may not commit offsets of {topic} on {cluster.Id}, by which it tells what is written: give its principal Read on "
        + $"the topic (kafka-acls.sh --add --operation Read --topic {topic}).",
        topic);

    IEnumerable<Refusal> Refusals(bool? byId, bool? byGroup)
    {
        if (byId == false)
        {
            yield return new Refusal(
                ErrorCode.TransactionalIdAuthorizationFailed,
                $"This program may not use transactions on {cluster.Id}: give its principal Write and Describe on the transactional ids "
                + $"{prefix}* (kafka-acls.sh --add --operation Write --operation Describe --transactional-id {prefix} "
                + "--resource-pattern-type prefixed).",
                $"{prefix}*");
        }

        if (byGroup == false)
        {
            yield return new Refusal(
                ErrorCode.GroupAuthorizationFailed,
                $"This program may not commit offsets on {cluster.Id}, by which it tells what is written: give its principal Read on the "
                + $"groups {prefix}* (kafka-acls.sh --add --operation Read --group {prefix} --resource-pattern-type prefixed).",
                $"{prefix}*");
        }
    }

    /// <summary>
    /// Whether it may find the coordinator: what may write may do that. Asking for one makes Kafka create the topic that coordinators
    /// keep their state in: where there is none yet, no broker is asked.
    /// </summary>
    /// <returns>Null: not told.</returns>
    async Task<bool?> AllowsAsync(string kept, CoordinatorType type, CancellationToken cancellationToken)
    {
        var kafka = cluster.Data.Kafka;
        var metadata = await kafka.MetadataAsync([kept], cancellationToken).ConfigureAwait(false);
        // asking for a coordinator would make that topic: a plan changes nothing
        if (metadata.Topics.Any(topic => topic.Name == kept && (ErrorCode)topic.ErrorCode == ErrorCode.UnknownTopicOrPartition))
        {
            return null;
        }

        var found = await kafka.FindCoordinatorsAsync([name], cancellationToken, type).ConfigureAwait(false);
        return found[name] switch
        {
            { Succeeded: true } => true,
            { Error.Code: ErrorCode.TransactionalIdAuthorizationFailed or ErrorCode.GroupAuthorizationFailed } => false,
            _ => null,
        };
    }
}
