using System.Net;
using Kafka.Broker.Handlers;
using Kafka.Broker.Handlers.Data;
using Kafka.Broker.Handlers.Failures;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging;
using Wire;

namespace Kafka.Broker.Network;

/// <summary>What a frame holds. No request when its API or version is not here; no handler when the API is not.</summary>
readonly record struct DecodedRequest(
    KafkaRequestHeader Header, IRequestHandler? Handler, IKafkaRequest? Request, Exception? Malformed = null)
{
    public Overlap Overlap => Request switch
    {
        ProduceRequest { Acks: 0 } => Overlap.ProduceWithoutAnswer,
        ProduceRequest => Overlap.Produce,
        FetchRequest fetch when (Header.Version >= 15 ? fetch.ReplicaState.ReplicaId : fetch.ReplicaId) >= 0 => Overlap.FollowerFetch,
        _ => Overlap.None,
    };

    /// <summary>Whether its answer waits for what others do: for a peer that has gone there is no waiting.</summary>
    public bool IsLongPoll => Header.ApiKey is ApiKey.Fetch or ApiKey.JoinGroup or ApiKey.SyncGroup;
}

/// <summary>Where a request came from.</summary>
readonly record struct RequestOrigin(string Connection, EndPoint? Remote, string Listener);

/// <summary>
/// What became of a request: its encoded answer, or none (produce with acks=0) and then perhaps the reason why its connection must end.
/// </summary>
readonly record struct RequestOutcome(WireWriter? Answer, string? EndsConnection = null);

/// <summary>
/// From a frame to its answer. What a handler did not expect is logged and answered with UNKNOWN_SERVER_ERROR in its place of the response;
/// only what is no request of this broker ends a connection. Any thread.
/// </summary>
sealed partial class RequestRunner(HandlerRegistry handlers, PauseGate gate, ILogger logger)
{
    volatile bool brokerEnds;

    /// <summary>
    /// From now on parts of the broker end: what that cancels is no surprise, and its client asks elsewhere once the connection is closed.
    /// </summary>
    public void BrokerEnds() => brokerEnds = true;

    /// <summary>Never throws: what is wrong with the frame is in the result.</summary>
    internal DecodedRequest Decode(ReadOnlyMemory<byte> frame)
    {
        KafkaRequestHeader header = default;
        try
        {
            var reader = new WireReader(frame);
            header = KafkaHeaders.ReadRequest(ref reader);
            var handler = handlers.Find(header.ApiKey);
            if (handler is null || header.Version < handler.MinVersion || header.Version > handler.MaxVersion)
            {
                return new DecodedRequest(header, handler, null);
            }

            if (handler.IsFlexible(header.Version))
            {
                KafkaHeaders.SkipTags(ref reader);
            }

            return new DecodedRequest(header, handler, handler.Read(ref reader, header.Version));
        }
        catch (Exception e)
        {
            // whatever a decoder makes of a peer's bytes, they are no request
            return new DecodedRequest(header, null, null, e);
        }
    }

    /// <summary>To its end. What the handler did not expect is in the answer.</summary>
    /// <param name="decoded">What to do.</param>
    /// <param name="origin">Who asks.</param>
    /// <param name="ending">The peer or the broker goes.</param>
    /// <param name="frame">What the request's bytes are slices of: the handler may let go of it before the end.</param>
    /// <exception cref="WireFormatException">The frame is no request of this broker.</exception>
    /// <exception cref="OperationCanceledException">The peer or the broker went while it was under way.</exception>
    internal async ValueTask<RequestOutcome> RunAsync(
        DecodedRequest decoded, RequestOrigin origin, CancellationToken ending, IDisposable? frame = null)
    {
        var (header, handler, request, malformed) = decoded;
        if (request is null)
        {
            // KIP-511: a client that is newer than this broker asks in a version that this one does not have, and must get the list in v0
            // all the same; any other request in a version that was never offered ends the connection, as in Kafka
            return malformed is not null ? throw new WireFormatException($"{header.ApiKey} version {header.Version}: {malformed.Message}")
                : handler is ApiVersionsHandler versions ? new RequestOutcome(Encode(header, false, versions.Refuse(), 0, 256))
                : throw new WireFormatException($"{header.ApiKey} version {header.Version} is not one that this broker has.");
        }

        var context = new RequestContext(header.Version, header.CorrelationId, header.ClientId, origin.Listener, origin.Remote)
        {
            Frame = frame,
        };
        try
        {
            var response = await AnswerAsync(decoded, context, origin, ending).ConfigureAwait(false);
            // a paused process sends nothing, not even the answer it had nearly ready
            if (gate.IsPaused)
            {
                await gate.WaitAsync(ending).ConfigureAwait(false);
            }

            return response is null
                ? new RequestOutcome(null, context.EndsConnection)
                : new RequestOutcome(EncodeOrFail(decoded, response, context, origin));
        }
        finally
        {
            context.Release();
        }
    }

    async ValueTask<IKafkaResponse?> AnswerAsync(
        DecodedRequest decoded, RequestContext context, RequestOrigin origin, CancellationToken ending)
    {
        try
        {
            return await decoded.Handler!.HandleAsync(decoded.Request!, context, ending).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !(brokerEnds || ending.IsCancellationRequested))
        {
            // a handler's surprise costs one request its answer, not the client its connection
            LogFailed(e, decoded.Header.ApiKey, decoded.Header.Version, origin.Connection, decoded.Header.ClientId);
            if (Failed(decoded) is { } failed)
            {
                return failed;
            }

            context.EndsConnection = "a request without an answer failed";
            return null;
        }
    }

    /// <summary>Null for a request that has no answer.</summary>
    static IKafkaResponse? Failed(DecodedRequest decoded) =>
        FailedResponses.Of(decoded.Request!, decoded.Header.Version, ErrorCode.UnknownServerError);

    WireWriter EncodeOrFail(DecodedRequest decoded, IKafkaResponse response, RequestContext context, RequestOrigin origin)
    {
        var (header, flexible) = (decoded.Header, decoded.Handler!.IsFlexible(decoded.Header.Version));
        try
        {
            return Encode(header, flexible, response, header.Version, context.ResponseSize);
        }
        catch (Exception e)
        {
            // as above: an answer that cannot be written is a surprise like any other
            LogFailed(e, header.ApiKey, header.Version, origin.Connection, header.ClientId);
            return Encode(header, flexible, Failed(decoded)!, header.Version, 256); // it has an answer, or there were nothing to encode
        }
    }

    static WireWriter Encode(KafkaRequestHeader header, bool flexible, IKafkaResponse response, short version, int size)
    {
        var writer = new WireWriter(size);
        try
        {
            writer.ReserveInt32();
            KafkaHeaders.WriteResponse(writer, header.ApiKey, header.CorrelationId, flexible);
            response.Write(writer, version);
            writer.PatchInt32(0, writer.Length - 4);
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Api} version {Version} of {Connection} (client {Client}) failed and is answered with UNKNOWN_SERVER_ERROR")]
    partial void LogFailed(Exception exception, ApiKey api, short version, string connection, string? client);
}
