using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Data;

/// <summary>One partition that a fetcher asks for, and in a session what it was last sent of it.</summary>
sealed class SessionPartition(FetchRequest.FetchTopic topic, FetchRequest.FetchPartition asked)
{
    long highWatermark = -1;
    long logStartOffset = -1;

    public string Topic => topic.Topic;

    public Guid TopicId => topic.TopicId;

    public FetchRequest.FetchPartition Asked { get; private set; } = asked;

    /// <summary>Asked for at another place: the next answer has its state, whether or not that changed.</summary>
    public void Ask(FetchRequest.FetchPartition again)
    {
        Asked = again;
        highWatermark = -1;
    }

    /// <summary>Whether the fetcher does not know this yet; from now on it does.</summary>
    public bool IsNews(FetchResponse.PartitionData data, bool diverges)
    {
        var failed = (ErrorCode)data.ErrorCode != ErrorCode.None;
        var moved = data.HighWatermark != highWatermark || data.LogStartOffset != logStartOffset;
        var news = failed || diverges || data.Records is { Length: > 0 } || moved;
        // after an error the next answer has the partition in any case: that it works again is news
        (highWatermark, logStartOffset) = failed ? (-1, -1) : (data.HighWatermark, data.LogStartOffset);
        return news;
    }
}

/// <summary>
/// What one fetcher asks for again and again (KIP-227): its requests name only what changes, and so do the answers. Its id and epoch belong
/// to <see cref="FetchSessions"/>; a lock guards the partitions, for a fetcher may send the next request before the answer.
/// </summary>
sealed class FetchSession(int id, bool isFollower)
{
    readonly Lock gate = new();
    readonly Dictionary<(string Topic, Guid TopicId, int Partition), SessionPartition> known = [];
    List<SessionPartition> order = [];

    public int Id => id;

    public bool IsFollower => isFollower;

    /// <summary>The epoch of the next request.</summary>
    public int Epoch { get; set; } = 1;

    /// <summary>Timestamp of its last request.</summary>
    public long LastUsed { get; set; }

    /// <summary>All of its partitions, those that were given records last at the end.</summary>
    public IReadOnlyList<SessionPartition> Partitions
    {
        get
        {
            lock (gate)
            {
                return order;
            }
        }
    }

    public void Update(FetchRequest request)
    {
        lock (gate)
        {
            // a new list each time: the fetch before may still walk over the old one
            var changed = new List<SessionPartition>(order);
            foreach (var topic in request.Topics)
            {
                foreach (var partition in topic.Partitions)
                {
                    var key = (topic.Topic, topic.TopicId, partition.Partition);
                    if (known.TryGetValue(key, out var before))
                    {
                        before.Ask(partition);
                    }
                    else
                    {
                        changed.Add(known[key] = new SessionPartition(topic, partition));
                    }
                }
            }

            var gone = request.ForgottenTopicsData
                .SelectMany(topic => topic.Partitions.Select(partition => (topic.Topic, topic.TopicId, partition)))
                .Where(key => known.Remove(key)).ToHashSet();
            changed.RemoveAll(each => gone.Contains((each.Topic, each.TopicId, each.Asked.Partition)));
            order = changed;
        }
    }

    /// <summary>What was given records goes behind the others, so that the limit of bytes cannot keep one from its turn for ever.</summary>
    public void MoveToEnd(IReadOnlySet<SessionPartition> served)
    {
        lock (gate)
        {
            order = [.. order.Where(each => !served.Contains(each)), .. order.Where(served.Contains)];
        }
    }
}
