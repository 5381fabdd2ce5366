using System.Collections.Immutable;

namespace Dashboard.Monitoring.Znodes;

/// <summary>
/// Znodes that hold credentials: SCRAM credentials of users (Kafka's <c>/config/users</c>) and delegation tokens. Their data is
/// never shown: with it passwords can be tried at leisure, or a broker be impersonated.
/// </summary>
static class ZnodeSecrets
{
    static readonly ImmutableArray<byte> mask = [.. "********"u8];

    public static ImmutableArray<byte> Shown(string path, byte[] data) =>
        // by content as well: most znodes of users have quotas alone, which are no secret
        (path.Contains("/config/users/", StringComparison.Ordinal) && data.AsSpan().IndexOf("stored_key"u8) >= 0)
            || path.Contains("/delegation_token/tokens/", StringComparison.Ordinal)
            ? mask
            : [.. data];
}
