using Kafka.Broker.Log;
using Kafka.Broker.Replication;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Data;

/// <summary>
/// Produce v0 to v11. Only batches of format v2 are taken, whatever the version (older formats: UNSUPPORTED_FOR_MESSAGE_FORMAT); versions below 3 are
/// advertised because librdkafka looks for them before it compresses. Left out: transactions.
/// </summary>
public sealed class ProduceHandler(BrokerServices broker) : RequestHandler<ProduceRequest, ProduceResponse>(
    ApiKey.Produce, ProduceRequest.MinVersion, ProduceRequest.MaxVersion, ProduceRequest.Read)
{
    const short FirstWithZstd = 7;
    const int Zstd = 4;

    protected override async ValueTask<ProduceResponse?> HandleAsync(ProduceRequest request, RequestContext context, CancellationToken stopping)
    {
        var response = new ProduceResponse();
        if (request.Acks is < -1 or > 1 || request.TransactionalId is not null)
        {
            var error = request.TransactionalId is null ? ErrorCode.InvalidRequiredAcks : ErrorCode.TransactionalIdAuthorizationFailed;
            Fill(response, request, (_, _) => new AppendResult(error));
            return request.Acks == 0 ? null : response;
        }

        var operation = new ProduceOperation(
            broker.Replicas, request.Acks, TimeSpan.FromMilliseconds(Math.Max(0, request.TimeoutMs)), AppendOrigin.Client);
        foreach (var topic in request.TopicData)
        {
            foreach (var partition in topic.PartitionData)
            {
                if (Refused(partition.Records, context.Version) is null)
                {
                    operation.Add(new TopicPartition(topic.Name, partition.Index), partition.Records!.Value);
                }
            }
        }

        IReadOnlyList<ProducePart> parts = [];
        if (operation.Parts.Count > 0)
        {
            await broker.Replicas.Loop.PostAsync(operation).ConfigureAwait(false);
            parts = await operation.Task.ConfigureAwait(false);
        }

        if (request.Acks == 0)
        {
            // nobody hears of an error but by losing the connection, as with Kafka
            return parts.Any(part => part.Result!.Error != ErrorCode.None) ? throw new OperationCanceledException("an append with acks=0 failed") : null;
        }

        var next = 0;
        Fill(response, request, (_, partition) => Refused(partition.Records, context.Version) ?? parts[next++].Result!);
        foreach (var (topic, partition) in response.Responses.SelectMany(topic => topic.PartitionResponses.Select(partition => (topic, partition))))
        {
            AddLeader(topic.Name, partition);
        }

        return response;
    }

    /// <summary>What is refused before it reaches the log.</summary>
    static AppendResult? Refused(ReadOnlyMemory<byte>? records, short version)
    {
        if (records is not { Length: > 0 } bytes)
        {
            return new AppendResult(ErrorCode.InvalidRecord, Message: "Produce request without records.");
        }

        return version < FirstWithZstd && bytes.Length >= BatchHeader.Size && new BatchHeader(bytes.Span) is { Magic: 2, Compression: Zstd }
            ? new AppendResult(ErrorCode.UnsupportedCompressionType, Message: "Produce requests with version below 7 may not carry zstd.")
            : null;
    }

    static void Fill(
        ProduceResponse response, ProduceRequest request, Func<ProduceRequest.TopicProduceData, ProduceRequest.PartitionProduceData, AppendResult> resultOf)
    {
        foreach (var topic in request.TopicData)
        {
            var answers = new ProduceResponse.TopicProduceResponse { Name = topic.Name };
            response.Responses.Add(answers);
            foreach (var partition in topic.PartitionData)
            {
                var result = resultOf(topic, partition);
                answers.PartitionResponses.Add(new()
                {
                    Index = partition.Index,
                    ErrorCode = (short)result.Error,
                    BaseOffset = result.BaseOffset,
                    LogAppendTimeMs = result.LogAppendTime,
                    LogStartOffset = result.LogStartOffset,
                    ErrorMessage = result.Message,
                });
            }
        }
    }

    /// <summary>KIP-951: whoever asks the wrong broker learns the leader with the refusal.</summary>
    void AddLeader(string topic, ProduceResponse.PartitionProduceResponse partition)
    {
        if (partition.ErrorCode == (short)ErrorCode.NotLeaderOrFollower
            && broker.Replicas.Find(new TopicPartition(topic, partition.Index)) is { LeaderId: >= 0 } state)
        {
            partition.CurrentLeader = new() { LeaderId = state.LeaderId, LeaderEpoch = state.LeaderEpoch };
        }
    }
}
