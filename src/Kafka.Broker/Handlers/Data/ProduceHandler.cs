using Kafka.Broker.Records;
using Kafka.Broker.Replication;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Kafka.Protocol.Records;
using Wire;

namespace Kafka.Broker.Handlers.Data;

/// <summary>
/// Produce v0 to v11. The log holds batches of format v2; messages of the older formats, which v0 to v2 carry, are converted
/// (librdkafka does not compress unless these versions are advertised, KAFKA-18659). Left out: transactions.
/// </summary>
sealed class ProduceHandler(ReplicaManager replicas) : RequestHandler<ProduceRequest, ProduceResponse>(
    ApiKey.Produce, ProduceRequest.MinVersion, ProduceRequest.MaxVersion, ProduceRequest.Read)
{
    const short FirstWithBatches = 3; // KIP-98
    const short FirstWithZstd = 7; // KIP-110
    const int Zstd = 4;

    protected override async ValueTask<ProduceResponse?> HandleAsync(
        ProduceRequest request, RequestContext context, CancellationToken stopping)
    {
        if (request.Acks is < -1 or > 1 || request.TransactionalId is not null)
        {
            var refusal = request.TransactionalId is null
                ? ErrorCode.InvalidRequiredAcks
                : ErrorCode.TransactionalIdAuthorizationFailed;
            if (request.Acks != 0)
            {
                return Refuse(request, refusal);
            }

            context.EndsConnection = "a transactional produce with acks=0 is refused";
            return null;
        }

        var timeout = TimeSpan.FromMilliseconds(Math.Max(0, request.TimeoutMs));
        var operation = new ProduceOperation(replicas, request.Acks, timeout, AppendOrigin.Client)
        {
            BatchesWereRead = context.RequestWasRead,
        };
        var appends = new List<Append>();
        var response = Answer(request, (topic, partition, answer) =>
        {
            var (batches, refusal) = Check(partition.Records, context.Version);
            if (refusal is null)
            {
                appends.Add(new Append(operation.Add(new TopicPartition(topic, partition.Index), batches), answer));
            }
            else
            {
                Fill(answer, refusal);
            }
        });
        if (appends.Count > 0)
        {
            await replicas.Loop.PostAsync(operation).ConfigureAwait(false);
            await operation.Task.ConfigureAwait(false);
        }

        // no answer carries the error: that the connection closes makes the client look for the leader again, as with Kafka
        if (request.Acks == 0)
        {
            var failed = appends.Exists(append => append.Part.Result!.Error != ErrorCode.None)
                || response.Responses.Exists(topic => topic.PartitionResponses.Exists(answer => answer.ErrorCode != (short)ErrorCode.None));
            context.EndsConnection = failed ? "an append with acks=0 failed" : null;
            return null;
        }

        foreach (var (part, answer) in appends)
        {
            Fill(answer, part.Result!);
            AddLeader(part.TopicPartition, answer);
        }

        return response;
    }

    static ProduceResponse Refuse(ProduceRequest request, ErrorCode error)
    {
        var refusal = new AppendResult(error);
        return Answer(request, (_, _, answer) => Fill(answer, refusal));
    }

    /// <summary>
    /// An answer for each partition that was asked for; <paramref name="begin"/> is called with the topic's name, the partition and its
    /// answer.
    /// </summary>
    static ProduceResponse Answer(
        ProduceRequest request, Action<string, ProduceRequest.PartitionProduceData, ProduceResponse.PartitionProduceResponse> begin)
    {
        var response = new ProduceResponse();
        foreach (var topic in request.TopicData)
        {
            var answers = new ProduceResponse.TopicProduceResponse { Name = topic.Name };
            response.Responses.Add(answers);
            foreach (var partition in topic.PartitionData)
            {
                var answer = new ProduceResponse.PartitionProduceResponse { Index = partition.Index };
                answers.PartitionResponses.Add(answer);
                begin(topic.Name, partition, answer);
            }
        }

        return response;
    }

    /// <summary>What goes to the log, or why it is refused before it gets there.</summary>
    static (ReadOnlyMemory<byte> Batches, AppendResult? Refusal) Check(ReadOnlyMemory<byte>? records, short version)
    {
        static (ReadOnlyMemory<byte>, AppendResult?) Refuse(ErrorCode error, string message) =>
            (default, new AppendResult(error, Message: message));
        if (records is not { Length: > 0 } bytes)
        {
            return Refuse(ErrorCode.InvalidRecord, "Produce request without records.");
        }

        if (version < FirstWithBatches && MessageSet.IsOld(bytes.Span))
        {
            try
            {
                return (MessageSet.ToBatch(bytes), null);
            }
            catch (WireFormatException e)
            {
                return Refuse(ErrorCode.CorruptMessage, e.Message);
            }
            catch (CompressionNotSupportedException e)
            {
                return Refuse(ErrorCode.UnsupportedCompressionType, e.Message);
            }
        }

        return version < FirstWithZstd && bytes.Length >= BatchHeader.Size && new BatchHeader(bytes.Span) is { Magic: 2, Compression: Zstd }
            ? Refuse(ErrorCode.UnsupportedCompressionType, "Produce requests with version below 7 may not carry zstd.")
            : (bytes, null);
    }

    static void Fill(ProduceResponse.PartitionProduceResponse answer, AppendResult result)
    {
        answer.ErrorCode = (short)result.Error;
        answer.BaseOffset = result.BaseOffset;
        answer.LogAppendTimeMs = result.LogAppendTime;
        answer.LogStartOffset = result.LogStartOffset;
        answer.RecordErrors = [.. result.Culprits.Select(culprit => new ProduceResponse.BatchIndexAndErrorMessage
        {
            BatchIndex = culprit.Index,
            BatchIndexErrorMessage = culprit.Message,
        })];
        answer.ErrorMessage = result.Message;
    }

    /// <summary>KIP-951: a client that asks the wrong broker learns the leader with the refusal.</summary>
    void AddLeader(TopicPartition name, ProduceResponse.PartitionProduceResponse answer)
    {
        if ((ErrorCode)answer.ErrorCode == ErrorCode.NotLeaderOrFollower && replicas.Find(name) is { LeaderId: >= 0 } state)
        {
            answer.CurrentLeader = new() { LeaderId = state.LeaderId, LeaderEpoch = state.LeaderEpoch };
        }
    }

    /// <summary>What goes to one partition, and where its result is answered.</summary>
    readonly record struct Append(ProducePart Part, ProduceResponse.PartitionProduceResponse Answer);
}
