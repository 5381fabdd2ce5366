using Kafka.Broker.Log;
using Kafka.Broker.Replication;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Data;

/// <summary>
/// Fetch v4 to v17, for consumers and followers. Fetch sessions (KIP-227) are declined with session id 0: every request names all its partitions. Left
/// out: versions below 4 (they want older message formats), fetching from followers (KIP-392).
/// </summary>
public sealed class FetchHandler(BrokerServices broker) : RequestHandler<FetchRequest, FetchResponse>(
    ApiKey.Fetch, 4, FetchRequest.MaxVersion, FetchRequest.Read)
{
    const short FirstWithTopicIds = 13;
    const short FirstWithZstd = 10;
    const int InvalidSession = 0;

    protected override async ValueTask<FetchResponse?> HandleAsync(FetchRequest request, RequestContext context, CancellationToken stopping)
    {
        if (request.SessionId != InvalidSession && request.SessionEpoch > 0)
        {
            return new FetchResponse { ErrorCode = (short)ErrorCode.FetchSessionIdNotFound };
        }

        var replicaId = context.Version >= 15 ? request.ReplicaState.ReplicaId : request.ReplicaId;
        var operation = new FetchOperation(broker.Replicas, replicaId, Parts(request, context.Version))
        {
            Connection = replicaId >= 0 ? context.Remote : null,
            MaxWait = TimeSpan.FromMilliseconds(request.MaxWaitMs),
            MinBytes = Math.Min(request.MinBytes, request.MaxBytes),
            Limit = replicaId >= 0 ? ReadLimit.LogEnd : request.IsolationLevel == 0 ? ReadLimit.HighWatermark : ReadLimit.LastStableOffset,
        };
        await broker.Replicas.FetchAsync(operation, stopping).ConfigureAwait(false);
        return Answer(request, operation, context);
    }

    List<FetchPart> Parts(FetchRequest request, short version)
    {
        var parts = new List<FetchPart>();
        foreach (var topic in request.Topics)
        {
            var name = version >= FirstWithTopicIds ? NameOf(topic.TopicId) : topic.Topic;
            foreach (var partition in topic.Partitions)
            {
                parts.Add(new FetchPart
                {
                    Topic = name ?? "",
                    TopicId = topic.TopicId,
                    Partition = partition.Partition,
                    Offset = partition.FetchOffset,
                    MaxBytes = partition.PartitionMaxBytes,
                    CurrentLeaderEpoch = partition.CurrentLeaderEpoch,
                    LastFetchedEpoch = partition.LastFetchedEpoch,
                    LogStartOffset = partition.LogStartOffset,
                    Error = name is null ? ErrorCode.UnknownTopicId : ErrorCode.None,
                });
            }
        }

        return parts;
    }

    string? NameOf(Guid id) => broker.Replicas.TopicName(id) ?? broker.Metadata.Current.TopicNames.GetValueOrDefault(id);

    FetchResponse Answer(FetchRequest request, FetchOperation operation, RequestContext context)
    {
        var response = new FetchResponse();
        var left = (long)Math.Min(request.MaxBytes, broker.Config.FetchMaxBytes);
        var next = 0;
        var any = false;
        foreach (var topic in request.Topics)
        {
            var answers = new FetchResponse.FetchableTopicResponse { Topic = topic.Topic, TopicId = topic.TopicId };
            response.Responses.Add(answers);
            foreach (var _ in topic.Partitions)
            {
                var part = operation.Parts[next++];
                var data = Data(part, context.Version);
                answers.Partitions.Add(data);
                if (part.Error == ErrorCode.None && part.Diverging is null
                    && Read(part, data, (int)Math.Min(part.MaxBytes, left), !any) is { } records)
                {
                    context.DisposeWhenEncoded(records);
                    if (context.Version < FirstWithZstd && HasZstd(records.Memory))
                    {
                        data.ErrorCode = (short)ErrorCode.UnsupportedCompressionType;
                        continue;
                    }

                    data.Records = records.Memory;
                    left -= records.Length;
                    any = true;
                    context.ResponseSize += records.Length;
                    broker.Replicas.Counters.Fetched(records.Length, operation.IsFollower);
                }

                context.ResponseSize += 64;
            }
        }

        return response;
    }

    static RentedRecords? Read(FetchPart part, FetchResponse.PartitionData data, int maxBytes, bool atLeastOne)
    {
        try
        {
            return part.Slice.Segments.Array is null ? null : part.Slice.Read(maxBytes, atLeastOne);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // the log was taken away between plan and read
            data.ErrorCode = (short)ErrorCode.KafkaStorageError;
            return null;
        }
    }

    static FetchResponse.PartitionData Data(FetchPart part, short version)
    {
        var data = new FetchResponse.PartitionData
        {
            PartitionIndex = part.Partition,
            ErrorCode = (short)part.Error,
            HighWatermark = part.HighWatermark,
            LastStableOffset = part.HighWatermark,
            LogStartOffset = part.StartOffset,
            Records = ReadOnlyMemory<byte>.Empty,
            AbortedTransactions = null,
        };
        if (version >= 12 && part.Diverging is { } diverging)
        {
            data.DivergingEpoch = new() { Epoch = diverging.Epoch, EndOffset = diverging.EndOffset };
        }

        if (version >= 12 && part.CurrentLeader is { } leader)
        {
            data.CurrentLeader = new() { LeaderId = leader.Id, LeaderEpoch = leader.Epoch };
        }

        return data;
    }

    static bool HasZstd(ReadOnlyMemory<byte> records)
    {
        for (var rest = records.Span; rest.Length >= BatchHeader.Size;)
        {
            var header = new BatchHeader(rest);
            if (header.Compression == 4)
            {
                return true;
            }

            rest = rest[Math.Min(rest.Length, header.SizeInBytes)..];
        }

        return false;
    }
}
