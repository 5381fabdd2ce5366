using Kafka.Protocol;
using Wire;

namespace Kafka.Client;

/// <summary>What the broker at the other end understands.</summary>
public sealed partial class KafkaConnection
{
    /// <summary>The versions of an API that the broker offers; null when it does not have the API.</summary>
    public (short Min, short Max)? Versions(ApiKey key) => versions.TryGetValue(key, out var range) ? range : null;

    /// <summary>Whether the broker has the API in this version or a later one.</summary>
    public bool Supports(ApiKey key, short atLeast = 0) => versions.TryGetValue(key, out var range) && range.Max >= atLeast;

    /// <summary>Null where <see cref="Supports"/>; else what is missing, as an UNSUPPORTED_VERSION with the way out.</summary>
    public KafkaException? Lack(ApiKey key, short atLeast = 0) => Supports(key, atLeast) ? null : MissingApis.Of(Host, Port, key, atLeast);

    short PickVersion(IKafkaRequest request)
    {
        if (!versions.TryGetValue((ApiKey)request.Key, out var theirs))
        {
            throw (ApiKey)request.Key == ApiKey.Metadata && Supports(ApiKey.Vote)
                ? ListenerProbe.IsController(Host, Port)
                : MissingApis.Of(Host, Port, (ApiKey)request.Key);
        }

        var highest = Math.Min(theirs.Max, request.Highest);
        return highest >= Math.Max(theirs.Min, request.Lowest)
            ? highest
            : throw new KafkaException(
                ErrorCode.UnsupportedVersion,
                $"{HostPort.Format(Host, Port)} has {(ApiKey)request.Key} {theirs.Min} to {theirs.Max}, "
                + $"this program {request.Lowest} to {request.Highest}.");
    }
}
