using Kafka.Broker.Configuration;
using Kafka.Broker.Controller;
using Kafka.Broker.Metadata;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>CreateTopics v0 to v7, at the controller. Left out: quotas, policies.</summary>
sealed class CreateTopicsHandler(
    MetadataCache metadata, KafkaController controller, TopicCreation creation, EntryFailures failures, TimeProvider time)
    : RequestHandler<CreateTopicsRequest, CreateTopicsResponse>(
        ApiKey.CreateTopics, CreateTopicsRequest.MinVersion, CreateTopicsRequest.MaxVersion, CreateTopicsRequest.Read)
{
    protected override async ValueTask<CreateTopicsResponse?> HandleAsync(
        CreateTopicsRequest request, RequestContext context, CancellationToken stopping)
    {
        if (!await controller.IsReadyAsync(metadata, stopping).ConfigureAwait(false))
        {
            return Answer(request.Topics.Select(topic => Failed(topic.Name, ErrorCode.NotController, null)));
        }

        var started = time.GetTimestamp();
        var results = new List<CreateTopicsResponse.CreatableTopicResult>();
        foreach (var group in request.Topics.GroupBy(topic => topic.Name))
        {
            results.Add(group.Count() > 1
                ? Failed(group.Key, ErrorCode.InvalidRequest, "Found multiple entries for this topic.")
                : await CreateAsync(group.First(), request.ValidateOnly, stopping).ConfigureAwait(false));
        }

        if (!request.ValidateOnly)
        {
            var left = TimeSpan.FromMilliseconds(request.TimeoutMs) - time.GetElapsedTime(started);
            await AwaitAsync(results, left, stopping).ConfigureAwait(false);
        }

        return Answer(results);
    }

    static CreateTopicsResponse Answer(IEnumerable<CreateTopicsResponse.CreatableTopicResult> results) => new() { Topics = [.. results] };

    static CreateTopicsResponse.CreatableTopicResult Failed(string topic, ErrorCode code, string? message) =>
        new() { Name = topic, ErrorCode = (short)code, ErrorMessage = message, Configs = [] };

    async Task<CreateTopicsResponse.CreatableTopicResult> CreateAsync(
        CreateTopicsRequest.CreatableTopic topic, bool validateOnly, CancellationToken stopping)
    {
        try
        {
            var planned = await creation.PlanAsync(topic, stopping).ConfigureAwait(false);
            var id = validateOnly ? Guid.Empty : await creation.WriteAsync(planned, stopping).ConfigureAwait(false);
            return new CreateTopicsResponse.CreatableTopicResult
            {
                Name = topic.Name,
                TopicId = id,
                ErrorMessage = null,
                NumPartitions = planned.Assignment.Count,
                ReplicationFactor = (short)planned.Assignment[0].Replicas.Count,
                Configs = [.. planned.Effective.Select(Config)],
            };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var failure = failures.Of(e, Key, topic.Name);
            return Failed(topic.Name, failure.Code, failure.Message);
        }
    }

    static CreateTopicsResponse.CreatableTopicConfigs Config(DescribedConfig entry) => new()
    {
        Name = entry.Key.Name,
        Value = entry.Value,
        ConfigSource = (sbyte)entry.Source,
        ReadOnly = false,
        IsSensitive = false,
    };

    /// <summary>
    /// Created means that each partition has a leader this broker knows of; past the timeout the answer is that it took too long.
    /// </summary>
    async Task AwaitAsync(List<CreateTopicsResponse.CreatableTopicResult> results, TimeSpan timeout, CancellationToken stopping)
    {
        bool Created(Metadata.MetadataImage image, CreateTopicsResponse.CreatableTopicResult result) =>
            image.Topics.TryGetValue(result.Name, out var topic) && topic.Partitions.Count >= result.NumPartitions
            && topic.Partitions.Values.All(partition => partition.Leader >= 0);
        var pending = results.Where(result => (ErrorCode)result.ErrorCode == ErrorCode.None).ToList();
        if (timeout > TimeSpan.Zero && pending.Count > 0)
        {
            await metadata.WaitAsync(
                image => pending.TrueForAll(result => Created(image, result)), timeout, time, stopping).ConfigureAwait(false);
        }

        var now = metadata.Current;
        for (var i = 0; i < results.Count; i++)
        {
            if ((ErrorCode)results[i].ErrorCode == ErrorCode.None && !Created(now, results[i]))
            {
                results[i] = Failed(results[i].Name, ErrorCode.RequestTimedOut, null);
            }
        }
    }
}
