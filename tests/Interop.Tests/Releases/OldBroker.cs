using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using Kafka.Client.Admin;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Testing;
using Wire;

namespace Interop.Tests.Releases;

/// <summary>
/// A broker of an older release, as a client sees it: a line to a newer one that tells, and takes, what the older one had. A question for
/// its versions that it does not know is answered in v0 with UNSUPPORTED_VERSION (KIP-35; from 2.4 on with its versions of that API,
/// KIP-511); after any other request that it does not know the connection is closed, as brokers do.
/// </summary>
public sealed class OldBroker : IAsyncDisposable
{
    /// <summary>The version of ApiVersions from which on it is told in a refusal of others.</summary>
    const short ToldInRefusal = 3;

    readonly Relay relay;
    readonly ConcurrentQueue<string> refused = new();
    volatile KafkaReleaseApis apis;

    public OldBroker(int target, KafkaReleaseApis apis)
    {
        this.apis = apis;
        relay = new(target, CarryAsync);
    }

    public int Port => relay.Port;

    /// <summary>Of connections from now on.</summary>
    public KafkaReleaseApis Apis
    {
        get => apis;
        set => apis = value;
    }

    /// <summary>API and version of each request that closed its connection.</summary>
    public IReadOnlyCollection<string> Refused => refused;

    public ValueTask DisposeAsync() => relay.DisposeAsync();

    async Task CarryAsync(Socket near, Socket far, CancellationToken stopping)
    {
        await using var here = new NetworkStream(near);
        await using var there = new NetworkStream(far);
        var line = new Line(apis);
        await Task.WhenAny(AskAsync(line, here, there, stopping), AnswerAsync(line, there, here, stopping));
    }

    async Task AskAsync(Line line, NetworkStream from, NetworkStream to, CancellationToken stopping)
    {
        try
        {
            while (await ReadAsync(from, stopping) is { } request)
            {
                var key = (ApiKey)BinaryPrimitives.ReadInt16BigEndian(request);
                var version = BinaryPrimitives.ReadInt16BigEndian(request.AsSpan(2));
                if (key != ApiKey.ApiVersions && !line.Apis.Has(key, version))
                {
                    refused.Enqueue($"{key} {version}");
                    return;
                }

                await WriteAsync(to, line.Asked(key, version, request), stopping);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // it is closed
        }
    }

    static async Task AnswerAsync(Line line, NetworkStream from, NetworkStream to, CancellationToken stopping)
    {
        try
        {
            while (await ReadAsync(from, stopping) is { } answer)
            {
                await WriteAsync(to, line.Answered(answer), stopping);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // it is closed
        }
    }

    static async Task<byte[]?> ReadAsync(NetworkStream from, CancellationToken stopping)
    {
        var size = new byte[4];
        if (await from.ReadAtLeastAsync(size, 4, throwOnEndOfStream: false, stopping) < 4)
        {
            return null;
        }

        var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
        await from.ReadExactlyAsync(frame, stopping);
        return frame;
    }

    static async Task WriteAsync(NetworkStream to, byte[] frame, CancellationToken stopping)
    {
        var size = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, frame.Length);
        await to.WriteAsync(size, stopping);
        await to.WriteAsync(frame, stopping);
    }

    /// <summary>One connection, and those of its requests whose answers are to be replaced, by correlation id.</summary>
    sealed record Line(KafkaReleaseApis Apis)
    {
        readonly ConcurrentDictionary<int, (ApiKey Key, short Version)> replaced = new();

        /// <summary>The request that the newer broker is asked.</summary>
        internal byte[] Asked(ApiKey key, short version, byte[] request)
        {
            var correlation = BinaryPrimitives.ReadInt32BigEndian(request.AsSpan(4));
            if (key == ApiKey.ApiVersions)
            {
                replaced[correlation] = (key, version);
                // the header up to the client's name: the body of v0 is empty, and every broker answers it
                return In(0, request[..(10 + Math.Max(BinaryPrimitives.ReadInt16BigEndian(request.AsSpan(8)), (short)0))]);
            }

            if ((key, version) == (ApiKey.DescribeConfigs, 0))
            {
                replaced[correlation] = (key, version);
                return In(1, [.. request, 0]); // without synonyms
            }

            return request;

            static byte[] In(short version, byte[] request)
            {
                BinaryPrimitives.WriteInt16BigEndian(request.AsSpan(2), version);
                return request;
            }
        }

        internal byte[] Answered(byte[] answer)
        {
            var correlation = BinaryPrimitives.ReadInt32BigEndian(answer);
            if (!replaced.TryRemove(correlation, out var asked))
            {
                return answer;
            }

            var (body, version) = asked.Key == ApiKey.ApiVersions ? Versions(asked.Version) : (Configs(answer), asked.Version);
            using var writer = new WireWriter();
            writer.WriteInt32(correlation);
            body.Write(writer, version);
            return writer.WrittenSpan.ToArray();
        }

        (IKafkaMessage Body, short Version) Versions(short version)
        {
            var known = Apis.Has(ApiKey.ApiVersions, version);
            var told = Apis.All.Where(one => known || (one.Key == ApiKey.ApiVersions && one.Max >= ToldInRefusal));
            var answer = new ApiVersionsResponse
            {
                ErrorCode = (short)(known ? ErrorCode.None : ErrorCode.UnsupportedVersion),
                ApiKeys = [.. told.Select(one => new ApiVersionsResponse.ApiVersion
                {
                    ApiKey = (short)one.Key,
                    MinVersion = one.Min,
                    MaxVersion = one.Max,
                })],
            };
            return (answer, known ? version : (short)0);
        }

        /// <summary>Newer brokers leave is_default unset: it said whether a topic, or the broker's file, sets it (KIP-133).</summary>
        static DescribeConfigsResponse Configs(byte[] answer)
        {
            var reader = new WireReader(answer.AsMemory(4));
            var configs = DescribeConfigsResponse.Read(ref reader, 1);
            foreach (var result in configs.Results)
            {
                foreach (var one in result.Configs)
                {
                    var source = (ConfigSource)one.ConfigSource;
                    var isTopic = result.ResourceType == (sbyte)ConfigResourceType.Topic;
                    one.IsDefault = isTopic ? source != ConfigSource.TopicConfig : source == ConfigSource.DefaultConfig;
                }
            }

            return configs;
        }
    }
}
