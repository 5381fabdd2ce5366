using Kafka.Client.Admin;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Data;

/// <summary>What brokers let this client's principal do (KIP-430).</summary>
public static class RightsCalls
{
    /// <summary>The first version of Metadata that has it, of Kafka 2.3.</summary>
    const short WithRights = 8;

    /// <summary>KIP-430's value for "not asked for, or not known".</summary>
    const int Unknown = int.MinValue;

    /// <summary>
    /// Whether something may be done with each of these topics; null: brokers do not say, or there is no such topic. Without an authorizer
    /// everything may.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, bool?>> MayAsync(
        this KafkaCluster cluster, AclOperation operation, IReadOnlyCollection<string> topics, CancellationToken cancellationToken)
    {
        var request = new MetadataRequest
        {
            Topics = [.. topics.Select(topic => new MetadataRequest.MetadataRequestTopic { Name = topic })],
            AllowAutoTopicCreation = false,
            IncludeTopicAuthorizedOperations = true,
        };
        var answer = await cluster.UseAnyAsync(
            async (connection, left) => connection.Supports(ApiKey.Metadata, WithRights)
                ? await connection.SendAsync(request, cancellationToken, left).ConfigureAwait(false)
                : null,
            cancellationToken).ConfigureAwait(false);
        var told = answer?.Topics.Where(one => one.Name is not null).ToDictionary(one => one.Name!, one => May(one, operation)) ?? [];
        return topics.Distinct().ToDictionary(topic => topic, topic => told.GetValueOrDefault(topic));
    }

    static bool? May(MetadataResponse.MetadataResponseTopic topic, AclOperation operation) => (ErrorCode)topic.ErrorCode switch
    {
        // not even Describe: whatever else was granted cannot be used
        ErrorCode.TopicAuthorizationFailed => false,
        ErrorCode.None when topic.TopicAuthorizedOperations != Unknown => ((topic.TopicAuthorizedOperations >> (int)operation) & 1) != 0,
        _ => null,
    };
}
