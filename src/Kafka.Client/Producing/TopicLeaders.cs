using System.Collections.Concurrent;
using Kafka.Protocol;

namespace Kafka.Client.Producing;

/// <summary>The partitions of a topic when it was last asked for. Immutable.</summary>
/// <param name="Leaders">By partition; -1 without a leader.</param>
sealed record TopicLayout(IReadOnlyList<int> Leaders, long AsOf)
{
    /// <summary>Any that can be written to now; any at all when none can.</summary>
    public int Any()
    {
        var led = Leaders.Index().Where(one => one.Item >= 0).Select(one => one.Index).ToList();
        return led.Count > 0 ? led[Random.Shared.Next(led.Count)] : Random.Shared.Next(Leaders.Count);
    }
}

/// <summary>Where the leaders of topics are, remembered until a leader turns out to be another, or for a while. Thread safe.</summary>
sealed class TopicLeaders(KafkaCluster cluster)
{
    /// <summary>A topic may be given more partitions.</summary>
    static readonly TimeSpan kept = TimeSpan.FromMinutes(1);

    /// <summary>Beyond this all are asked for anew.</summary>
    const int MostTopics = 10_000;

    readonly ConcurrentDictionary<string, Task<TopicLayout>> known = new();

    TimeProvider Time => cluster.Options.Time;

    /// <exception cref="KafkaException">There is no such topic, it may not be seen, or nobody answers.</exception>
    public async Task<TopicLayout> OfAsync(string topic)
    {
        while (true)
        {
            if (known.Count >= MostTopics)
            {
                known.Clear();
            }

            var asked = known.GetOrAdd(topic, AskAsync);
            try
            {
                var layout = await asked.ConfigureAwait(false);
                if (Time.GetElapsedTime(layout.AsOf) < kept)
                {
                    return layout;
                }
            }
            catch (KafkaException)
            {
                Remove(topic, asked);
                throw;
            }

            Remove(topic, asked);
        }
    }

    /// <summary>The next to ask learns it anew.</summary>
    public void Forget(string topic) => known.TryRemove(topic, out _);

    /// <summary>Unless somebody else has asked since.</summary>
    void Remove(string topic, Task<TopicLayout> asked) => known.TryRemove(KeyValuePair.Create(topic, asked));

    async Task<TopicLayout> AskAsync(string name)
    {
        var answer = await cluster.MetadataAsync([name], CancellationToken.None).ConfigureAwait(false);
        var topic = answer.Topics.Find(one => one.Name == name);
        if (topic is null || topic.ErrorCode is not ((short)ErrorCode.None or (short)ErrorCode.LeaderNotAvailable))
        {
            throw new KafkaException(topic is null ? ErrorCode.UnknownTopicOrPartition : (ErrorCode)topic.ErrorCode);
        }

        var leaders = new int[topic.Partitions.Count];
        foreach (var one in topic.Partitions.Where(one => one.PartitionIndex < leaders.Length))
        {
            leaders[one.PartitionIndex] = one.LeaderId;
        }

        return leaders.Length > 0
            ? new TopicLayout(leaders, Time.GetTimestamp())
            : throw new KafkaException(ErrorCode.LeaderNotAvailable);
    }
}
