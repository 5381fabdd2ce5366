using Kafka.Broker.Log;
using Kafka.Broker.Replication;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Data;

/// <summary>
/// Fetch v4 to v17, for consumers and followers, in sessions (KIP-227) or without. Left out: versions below 4 (they want older message formats),
/// fetching from followers (KIP-392).
/// </summary>
public sealed class FetchHandler(BrokerServices broker) : RequestHandler<FetchRequest, FetchResponse>(
    ApiKey.Fetch, 4, FetchRequest.MaxVersion, FetchRequest.Read)
{
    const short FirstWithTopicIds = 13;
    const short FirstWithZstd = 10;

    readonly FetchSessions sessions = new(broker.Config.FetchSessionSlots, broker.Time);

    protected override async ValueTask<FetchResponse?> HandleAsync(FetchRequest request, RequestContext context, CancellationToken stopping)
    {
        var replicaId = context.Version >= 15 ? request.ReplicaState.ReplicaId : request.ReplicaId;
        var error = sessions.Begin(request, isFollower: replicaId >= 0, out var session);
        if (error != ErrorCode.None)
        {
            return new FetchResponse { ErrorCode = (short)error };
        }

        var asked = session?.Partitions ?? [.. request.Topics.SelectMany(topic => topic.Partitions.Select(partition => new FetchedPartition(topic, partition)))];
        var operation = new FetchOperation(broker.Replicas, replicaId, Parts(asked, context.Version))
        {
            Connection = replicaId >= 0 ? context.Remote : null,
            MaxWait = TimeSpan.FromMilliseconds(request.MaxWaitMs),
            MinBytes = Math.Min(request.MinBytes, request.MaxBytes),
            Limit = replicaId >= 0 ? ReadLimit.LogEnd : request.IsolationLevel == 0 ? ReadLimit.HighWatermark : ReadLimit.LastStableOffset,
        };
        await broker.Replicas.FetchAsync(operation, stopping).ConfigureAwait(false);
        return Answer(request, session, asked, operation, context);
    }

    FetchPart[] Parts(IReadOnlyList<FetchedPartition> asked, short version)
    {
        var parts = new FetchPart[asked.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            var partition = asked[i].Asked;
            var name = version >= FirstWithTopicIds ? NameOf(asked[i].TopicId) : asked[i].Topic;
            parts[i] = new FetchPart
            {
                Topic = name ?? "",
                TopicId = asked[i].TopicId,
                Partition = partition.Partition,
                Offset = partition.FetchOffset,
                MaxBytes = partition.PartitionMaxBytes,
                CurrentLeaderEpoch = partition.CurrentLeaderEpoch,
                LastFetchedEpoch = partition.LastFetchedEpoch,
                LogStartOffset = partition.LogStartOffset,
                Error = name is null ? ErrorCode.UnknownTopicId : ErrorCode.None,
            };
        }

        return parts;
    }

    string? NameOf(Guid id) => broker.Replicas.TopicName(id) ?? broker.Metadata.Current.TopicNames.GetValueOrDefault(id);

    FetchResponse Answer(FetchRequest request, FetchSession? session, IReadOnlyList<FetchedPartition> asked, FetchOperation operation, RequestContext context)
    {
        var response = new FetchResponse { SessionId = session?.Id ?? 0 };
        var isFull = session is null || request.SessionEpoch <= 0;
        var left = (long)Math.Min(request.MaxBytes, broker.Config.FetchMaxBytes);
        var served = new HashSet<FetchedPartition>();
        for (var i = 0; i < asked.Count; i++)
        {
            var part = operation.Parts[i];
            var data = Data(part, context.Version);
            if (Records(part, data, (int)Math.Min(part.MaxBytes, left), served.Count == 0, context) is > 0 and var length)
            {
                left -= length;
                served.Add(asked[i]);
                context.ResponseSize += length;
                broker.Replicas.Counters.Fetched(length, operation.IsFollower);
            }

            if (asked[i].IsNews(data, part.Diverging is not null) || isFull)
            {
                Add(response, asked[i], data);
                context.ResponseSize += 64;
            }
        }

        if (served.Count > 0)
        {
            session?.MoveToEnd(served);
        }

        return response;
    }

    /// <summary>Reads into the answer; the number of bytes.</summary>
    static int Records(FetchPart part, FetchResponse.PartitionData data, int maxBytes, bool atLeastOne, RequestContext context)
    {
        if (part.Error != ErrorCode.None || part.Diverging is not null || Read(part, data, maxBytes, atLeastOne) is not { } records)
        {
            return 0;
        }

        context.DisposeWhenEncoded(records);
        if (context.Version < FirstWithZstd && HasZstd(records.Memory))
        {
            data.ErrorCode = (short)ErrorCode.UnsupportedCompressionType;
            return 0;
        }

        data.Records = records.Memory;
        return records.Length;
    }

    static void Add(FetchResponse response, FetchedPartition partition, FetchResponse.PartitionData data)
    {
        if (response.Responses is not [.., var last] || last.TopicId != partition.TopicId || last.Topic != partition.Topic)
        {
            response.Responses.Add(last = new FetchResponse.FetchableTopicResponse { Topic = partition.Topic, TopicId = partition.TopicId });
        }

        last.Partitions.Add(data);
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
