using Kafka.Protocol;
using Wire;

namespace Kafka.Client;

/// <summary>A request on its way. Completed once, by the read loop or by the caller that finds the connection closed.</summary>
sealed class PendingCall(IKafkaRequest request, short version)
{
    // asynchronously: or a caller's code would run on the read loop
    readonly TaskCompletionSource<IKafkaResponse> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal IKafkaRequest Request { get; } = request;

    internal short Version { get; } = version;

    /// <summary>As errors name it: "Metadata v12".</summary>
    internal string Name => $"{(ApiKey)Request.Key} v{Version}";

    internal Task<IKafkaResponse> Answer => answer.Task;

    internal void Fail(KafkaException error) => answer.TrySetException(error);

    /// <summary>Reads the answer from what follows the correlation id, a buffer that is given back after the call.</summary>
    internal void Complete(ReadOnlyMemory<byte> rest)
    {
        if (HasBytes((ApiKey)Request.Key))
        {
            rest = rest.ToArray(); // slices of it stay in the answer
        }

        var reader = new WireReader(rest);
        answer.TrySetResult(Read(ref reader));
    }

    IKafkaResponse Read(ref WireReader reader)
    {
        if ((ApiKey)Request.Key == ApiKey.ApiVersions)
        {
            // the header is always v0; a version that the broker does not know is answered in v0
            var peek = reader;
            return Request.ReadResponse(ref reader, (ErrorCode)peek.ReadInt16() == ErrorCode.UnsupportedVersion ? (short)0 : Version);
        }

        // response header v1 (KIP-482): tags after the correlation id
        if (Request.Flexible(Version))
        {
            KafkaHeaders.SkipTags(ref reader);
        }

        return Request.ReadResponse(ref reader, Version);
    }

    static bool HasBytes(ApiKey key) =>
        // the requests sent here whose answers have byte fields; a new one with such has to be added
        key is ApiKey.Fetch or ApiKey.JoinGroup or ApiKey.SyncGroup or ApiKey.DescribeGroups or ApiKey.SaslAuthenticate;
}
