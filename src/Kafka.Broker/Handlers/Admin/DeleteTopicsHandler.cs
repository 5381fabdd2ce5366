using Kafka.Broker.Registration;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>DeleteTopics v0 to v6, by name or id, at the controller: marks them in /admin/delete_topics.</summary>
sealed class DeleteTopicsHandler(BrokerServices broker) : RequestHandler<DeleteTopicsRequest, DeleteTopicsResponse>(
    ApiKey.DeleteTopics, DeleteTopicsRequest.MinVersion, DeleteTopicsRequest.MaxVersion, DeleteTopicsRequest.Read)
{
    protected override async ValueTask<DeleteTopicsResponse?> HandleAsync(DeleteTopicsRequest request, RequestContext context, CancellationToken stopping)
    {
        var wanted = context.Version >= 6
            ? request.Topics.Select(topic => (topic.Name, Id: topic.TopicId)).ToList()
            : [.. request.TopicNames.Select(name => ((string?)name, Guid.Empty))];
        ErrorCode? refusal = !broker.Control.Controller.IsActive ? ErrorCode.NotController
            : broker.Config.DeleteTopics ? null
            : context.Version < 3 ? ErrorCode.InvalidRequest : ErrorCode.TopicDeletionDisabled;
        if (refusal is { } code)
        {
            return new DeleteTopicsResponse { Responses = [.. wanted.Select(topic => Result(topic.Name, topic.Id, code))] };
        }

        var started = broker.Time.GetTimestamp();
        var results = new List<DeleteTopicsResponse.DeletableTopicResult>();
        foreach (var (name, id) in wanted)
        {
            results.Add(await MarkAsync(name, id, wanted, stopping).ConfigureAwait(false));
        }

        var pending = results.Where(result => result.ErrorCode == 0).ToList();
        var timeout = TimeSpan.FromMilliseconds(request.TimeoutMs) - broker.Time.GetElapsedTime(started);
        if (pending.Count > 0)
        {
            bool Gone(Metadata.MetadataImage image) => pending.TrueForAll(result => !image.Topics.ContainsKey(result.Name!));
            await broker.Metadata.WaitAsync(Gone, timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero, broker.Time, stopping).ConfigureAwait(false);
            foreach (var late in pending.Where(result => broker.Metadata.Current.Topics.ContainsKey(result.Name!)))
            {
                late.ErrorCode = (short)ErrorCode.RequestTimedOut;
            }
        }

        return new DeleteTopicsResponse { Responses = results };
    }

    static DeleteTopicsResponse.DeletableTopicResult Result(string? name, Guid id, ErrorCode code, string? message = null) =>
        new() { Name = name, TopicId = id, ErrorCode = (short)code, ErrorMessage = message };

    async Task<DeleteTopicsResponse.DeletableTopicResult> MarkAsync(
        string? name, Guid id, IReadOnlyList<(string? Name, Guid Id)> wanted, CancellationToken stopping)
    {
        if (name is not null && id != Guid.Empty)
        {
            return Result(name, id, ErrorCode.InvalidRequest, "Topic name and topic ID can not both be specified.");
        }

        if (wanted.Count(other => other.Name == name && other.Id == id) > 1)
        {
            return Result(name, id, ErrorCode.InvalidRequest, name is null ? "Duplicate topic id." : "Duplicate topic name.");
        }

        var known = name ?? await broker.Control.Controller.TopicNameAsync(id).ConfigureAwait(false);
        if (known is null)
        {
            return Result(null, id, ErrorCode.UnknownTopicId);
        }

        if (!broker.Metadata.Current.Topics.TryGetValue(known, out var topic))
        {
            return Result(known, id, ErrorCode.UnknownTopicOrPartition);
        }

        // marked already: this request waits for the same deletion
        await Registrar.TryCreateAsync(broker.Control.ZooKeeper, ZkPaths.DeleteTopic(known), null, stopping).ConfigureAwait(false);
        return Result(known, topic.Id, ErrorCode.None);
    }
}
