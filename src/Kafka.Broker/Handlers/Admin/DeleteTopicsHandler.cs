using Kafka.Broker.Configuration;
using Kafka.Broker.Controller;
using Kafka.Broker.Metadata;
using Kafka.Broker.Registration;
using Kafka.Broker.ZooKeeper;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>DeleteTopics v0 to v6, by name or id, at the controller: marks them in /admin/delete_topics.</summary>
sealed class DeleteTopicsHandler(
    BrokerConfig config,
    MetadataCache metadata,
    BrokerSession session,
    KafkaController controller,
    EntryFailures failures,
    TimeProvider time)
    : RequestHandler<DeleteTopicsRequest, DeleteTopicsResponse>(
        ApiKey.DeleteTopics, DeleteTopicsRequest.MinVersion, DeleteTopicsRequest.MaxVersion, DeleteTopicsRequest.Read)
{
    protected override async ValueTask<DeleteTopicsResponse?> HandleAsync(
        DeleteTopicsRequest request, RequestContext context, CancellationToken stopping)
    {
        // v6 has one list for both, names and ids (KIP-516)
        var wanted = context.Version >= 6
            ? request.Topics.Select(topic => (topic.Name, Id: topic.TopicId)).ToList()
            : [.. request.TopicNames.Select(name => ((string?)name, Guid.Empty))];
        ErrorCode? refusal = !controller.IsActive ? ErrorCode.NotController
            : config.DeleteTopics ? null
            // older clients do not know TopicDeletionDisabled (KIP-322)
            : context.Version < 3 ? ErrorCode.InvalidRequest : ErrorCode.TopicDeletionDisabled;
        if (refusal is { } code)
        {
            return new DeleteTopicsResponse { Responses = [.. wanted.Select(topic => Result(topic.Name, topic.Id, code))] };
        }

        var started = time.GetTimestamp();
        var results = new List<DeleteTopicsResponse.DeletableTopicResult>();
        foreach (var (name, id) in wanted)
        {
            try
            {
                results.Add(await MarkAsync(name, id, wanted, stopping).ConfigureAwait(false));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                var failure = failures.Of(e, Key, name ?? id.ToString());
                results.Add(Result(name, id, failure.Code, failure.Message));
            }
        }

        var pending = results.Where(result => (ErrorCode)result.ErrorCode == ErrorCode.None).ToList();
        var timeout = TimeSpan.FromMilliseconds(request.TimeoutMs) - time.GetElapsedTime(started);
        if (pending.Count > 0)
        {
            bool Gone(Metadata.MetadataImage image) => pending.TrueForAll(result => !image.Exists(result.Name!));
            await metadata.WaitAsync(Gone, timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero, time, stopping).ConfigureAwait(false);
            foreach (var late in pending.Where(result => metadata.Current.Exists(result.Name!)))
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

        var (error, known, knownId) = await controller.FindTopicAsync(name, id).ConfigureAwait(false);
        if (error != ErrorCode.None)
        {
            return Result(known, id, error);
        }

        // marked already: this request waits for the same deletion
        await session.ZooKeeper.TryCreateAsync(ZkPaths.DeleteTopic(known!), null, stopping).ConfigureAwait(false);
        return Result(known, knownId, ErrorCode.None);
    }
}
