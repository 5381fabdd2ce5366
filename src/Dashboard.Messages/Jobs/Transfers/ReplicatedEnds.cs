using Dashboard.Messages.Bytes;
using Dashboard.Monitoring;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Client.Data;
using Kafka.Protocol;
using Wire;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>
/// What a leader took and not all replicas in sync have yet is not read, and is read later: before records are looked up, there has to be
/// none of that.
/// </summary>
sealed class ReplicatedEnds(IClusterMonitor cluster, TimeProvider time)
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(5), pause = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Until all that the topic's leaders have now can be read, or is gone with a leader. Brokers that do not tell it are not asked.
    /// </summary>
    /// <exception cref="TransientFaultException">That is not so yet.</exception>
    /// <exception cref="KafkaException">A leader does not answer, or there is none.</exception>
    public async Task RequireAsync(string topic, CancellationToken cancellationToken)
    {
        // brokers before 2.3 do not say: what readers see has to do
        if (!await cluster.Data.Kafka.TellsLogEndsAsync(cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var ends = new Dictionary<TopicPartition, long>();
        for (var began = time.GetTimestamp(); ;)
        {
            if (await BehindAsync(topic, ends, cancellationToken).ConfigureAwait(false) is not { } behind)
            {
                return;
            }

            if (time.GetElapsedTime(began) > patience)
            {
                throw new TransientFaultException(CodedText.Of(
                    "notReplicated",
                    $"The last records of {$"{behind.Topic}-{behind.Partition}"} on {cluster.Id} are not on all of its replicas in sync "
                    + $"yet: which of them are of this job cannot be told before that."));
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <param name="ends">By partition, where its log ended when it was seen first, or where a later leader's ends before that.</param>
    async Task<TopicPartition?> BehindAsync(string topic, Dictionary<TopicPartition, long> ends, CancellationToken cancellationToken)
    {
        var kafka = cluster.Data.Kafka;
        var metadata = await kafka.MetadataAsync([topic], cancellationToken).ConfigureAwait(false);
        TopicLookup.RequireLeaders(metadata, topic);
        var found = await kafka.LogEndsAsync(metadata, cancellationToken).ConfigureAwait(false);
        var readable = await kafka.ListOffsetsAsync(metadata, ListOffsetsCalls.Latest, cancellationToken).ConfigureAwait(false);
        TopicPartition? behind = null;
        foreach (var (partition, answer) in found)
        {
            // the lowest seen: records that others write meanwhile need not be waited for
            ends[partition] = Math.Min(answer.Require(), ends.GetValueOrDefault(partition, long.MaxValue));
            behind = readable[partition].Require().Offset < ends[partition] ? partition : behind;
        }

        return behind;
    }
}
