using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Replication.Following;

/// <summary>
/// A follower's half of its fetch session with a leader (KIP-227): requests carry only what is asked for differently than before. Used by
/// one fetcher, one request at a time.
/// </summary>
sealed class FollowerSession
{
    readonly Dictionary<(Guid TopicId, int Partition), (FetchQuestion Question, int Round)> sent = [];
    int id;
    int epoch;
    int round;

    /// <summary>What the answer of a partition belongs to; null when it was not asked for.</summary>
    public FetchQuestion? Find(Guid topicId, int partition) =>
        sent.TryGetValue((topicId, partition), out var found) ? found.Question : null;

    public void BeginRequest() => round++;

    /// <summary>True when the leader does not know this yet.</summary>
    public bool Ask(Guid topicId, int partition, in FetchQuestion question)
    {
        var known = sent.TryGetValue((topicId, partition), out var before) && before.Question == question;
        sent[(topicId, partition)] = (question, round);
        return id == 0 || !known;
    }

    /// <summary>What was not asked for in this round is forgotten on both sides.</summary>
    public void EndRequest(FetchRequest request)
    {
        var gone = sent.Where(pair => pair.Value.Round != round).Select(pair => pair.Key).ToList();
        gone.ForEach(key => sent.Remove(key));
        (request.SessionId, request.SessionEpoch) = (id, epoch);
        if (id != 0)
        {
            request.ForgottenTopicsData.AddRange(gone.GroupBy(key => key.TopicId).Select(topic => new FetchRequest.ForgottenTopic
            {
                TopicId = topic.Key,
                Partitions = [.. topic.Select(key => key.Partition)],
            }));
        }
    }

    /// <summary>False when the leader does not have the session any more: the next request begins another.</summary>
    public bool Answered(FetchResponse response)
    {
        if ((ErrorCode)response.ErrorCode != ErrorCode.None)
        {
            Reset();
            return (ErrorCode)response.ErrorCode
                is not (ErrorCode.FetchSessionIdNotFound or ErrorCode.InvalidFetchSessionEpoch or ErrorCode.FetchSessionTopicIdError);
        }

        // 0 when the leader has no room for a session: every request names all partitions then
        id = response.SessionId;
        // it wraps to 1: epoch 0 begins a session and -1 ends one
        epoch = id == 0 ? 0 : epoch == int.MaxValue ? 1 : epoch + 1;
        return true;
    }

    public void Reset()
    {
        sent.Clear();
        (id, epoch) = (0, 0);
    }
}

/// <summary>What a follower asks of one partition.</summary>
readonly record struct FetchQuestion(int LeaderEpoch, long Offset, int LastFetchedEpoch, long LogStartOffset);
