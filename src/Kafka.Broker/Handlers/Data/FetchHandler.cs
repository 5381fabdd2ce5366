using Kafka.Broker.Configuration;
using Kafka.Broker.Log;
using Kafka.Broker.Metadata;
using Kafka.Broker.Records;
using Kafka.Broker.Replication;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Kafka.Protocol.Records;
using Wire;

namespace Kafka.Broker.Handlers.Data;

/// <summary>
/// Fetch v0 to v17, for consumers and followers, in sessions (KIP-227) or without. Versions below 4 get their records converted to the
/// older message formats. Left out: fetching from followers (KIP-392).
/// </summary>
sealed class FetchHandler(BrokerConfig config, ReplicaManager replicas, MetadataCache metadata, TimeProvider time)
    : RequestHandler<FetchRequest, FetchResponse>(
        ApiKey.Fetch, FetchRequest.MinVersion, FetchRequest.MaxVersion, FetchRequest.Read)
{
    const short FirstWithTimestamps = 2; // KIP-32
    const short FirstWithBatches = 4; // KIP-98
    const short FirstWithTopicIds = 13; // KIP-516
    const short FirstWithZstd = 10; // KIP-110
    const int Zstd = 4;

    /// <summary>About what a partition takes in an answer beside its records.</summary>
    const int PartitionSize = 64;

    readonly FetchSessions sessions = new(config.FetchSessionSlots, time);

    protected override async ValueTask<FetchResponse?> HandleAsync(FetchRequest request, RequestContext context, CancellationToken stopping)
    {
        // with its epoch in one field since KIP-903
        var replicaId = context.Version >= 15 ? request.ReplicaState.ReplicaId : request.ReplicaId;
        var error = sessions.Begin(request, isFollower: replicaId >= 0, out var session);
        if (error != ErrorCode.None)
        {
            return new FetchResponse { ErrorCode = (short)error };
        }

        var partitions = session?.Partitions
            ?? [.. request.Topics.SelectMany(topic => topic.Partitions.Select(partition => new SessionPartition(topic, partition)))];
        var asked = partitions.Select(partition => new Asked(partition, Part(partition, context.Version))).ToList();
        var operation = new FetchOperation(replicas, replicaId, asked.ConvertAll(each => each.Part))
        {
            Connection = replicaId >= 0 ? context.Remote : null,
            MaxWait = TimeSpan.FromMilliseconds(request.MaxWaitMs),
            // a fetch that waited for more than it may be sent would always wait its full time
            MinBytes = Math.Min(request.MinBytes, request.MaxBytes),
            Limit = replicaId != FetchOperation.Consumer ? ReadLimit.LogEnd
                : request.IsolationLevel == 0 ? ReadLimit.HighWatermark
                : ReadLimit.LastStableOffset,
        };
        await replicas.FetchAsync(operation, stopping).ConfigureAwait(false);
        return Answer(request, session, asked, operation.IsFollower, context);
    }

    FetchPart Part(SessionPartition partition, short version)
    {
        var name = version >= FirstWithTopicIds ? NameOf(partition.TopicId) : partition.Topic;
        return new FetchPart
        {
            Topic = name ?? "",
            TopicId = partition.TopicId,
            Partition = partition.Asked.Partition,
            Offset = partition.Asked.FetchOffset,
            MaxBytes = partition.Asked.PartitionMaxBytes,
            CurrentLeaderEpoch = partition.Asked.CurrentLeaderEpoch,
            LastFetchedEpoch = partition.Asked.LastFetchedEpoch,
            LogStartOffset = partition.Asked.LogStartOffset,
            Refusal = name is not null ? ErrorCode.None
                : metadata.Current is { ControllerId: >= 0, Awaited.IsEmpty: true } ? ErrorCode.UnknownTopicId
                : ErrorCode.NotLeaderOrFollower, // the controller has not said yet which topic has this id
        };
    }

    string? NameOf(Guid id) => replicas.TopicName(id) ?? metadata.Current.TopicNames.GetValueOrDefault(id);

    FetchResponse Answer(FetchRequest request, FetchSession? session, IReadOnlyList<Asked> asked, bool isFollower, RequestContext context)
    {
        var response = new FetchResponse { SessionId = session?.Id ?? 0 };
        var isFull = session is null || request.SessionEpoch <= 0;
        var left = (long)Math.Min(request.MaxBytes, config.FetchMaxBytes);
        var served = new HashSet<SessionPartition>();
        foreach (var (partition, part) in asked)
        {
            var data = Data(part, context.Version);
            // the first records may exceed the limits, or a batch larger than them could never be read (KIP-74)
            if (Records(part, data, (int)Math.Min(part.MaxBytes, left), served.Count == 0, context) is > 0 and var length)
            {
                left -= length;
                served.Add(partition);
                context.ResponseSize += length;
                replicas.Counters.Fetched(length, isFollower);
                if (part.IsThrottled)
                {
                    replicas.LeaderQuota.Record(length);
                }
            }

            // asked even for a full answer: it notes what the fetcher is sent
            if (partition.IsNews(data, part.Diverging is not null) || isFull)
            {
                Add(response, partition, data);
                context.ResponseSize += PartitionSize;
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

        data.Records = context.Version < FirstWithBatches ? Converted(part, data, records.Memory, context.Version) : records.Memory;
        return data.Records.Value.Length;
    }

    /// <summary>
    /// Of batches that cannot or may not be converted, nothing but an error is sent: their offsets cannot be passed over silently.
    /// </summary>
    static ReadOnlyMemory<byte> Converted(FetchPart part, FetchResponse.PartitionData data, ReadOnlyMemory<byte> batches, short version)
    {
        if (!part.MayConvert)
        {
            data.ErrorCode = (short)ErrorCode.UnsupportedVersion;
            return ReadOnlyMemory<byte>.Empty;
        }

        try
        {
            return MessageSet.FromBatches(batches, magic: version < FirstWithTimestamps ? (byte)0 : (byte)1, part.Offset);
        }
        catch (Exception e) when (e is WireFormatException or CompressionNotSupportedException)
        {
            data.ErrorCode = (short)(e is WireFormatException ? ErrorCode.CorruptMessage : ErrorCode.UnsupportedCompressionType);
            return ReadOnlyMemory<byte>.Empty;
        }
    }

    static void Add(FetchResponse response, SessionPartition partition, FetchResponse.PartitionData data)
    {
        if (response.Responses is not [.., var last] || last.TopicId != partition.TopicId || last.Topic != partition.Topic)
        {
            last = new FetchResponse.FetchableTopicResponse { Topic = partition.Topic, TopicId = partition.TopicId };
            response.Responses.Add(last);
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
            // without transactions nothing below the high watermark is open
            LastStableOffset = part.HighWatermark,
            LogStartOffset = part.StartOffset,
            Records = ReadOnlyMemory<byte>.Empty,
            AbortedTransactions = null,
        };
        // tagged fields (KIP-595): an older follower asks OffsetForLeaderEpoch before it fetches
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
            if (header.Compression == Zstd)
            {
                return true;
            }

            rest = rest[Math.Min(rest.Length, header.SizeInBytes)..];
        }

        return false;
    }

    /// <summary>A partition as the client asked for it, and as the loop fetches it.</summary>
    readonly record struct Asked(SessionPartition Partition, FetchPart Part);
}
