using System.Collections.Immutable;

namespace Dashboard.Monitoring.Znodes;

/// <summary>
/// Znodes that hold what logs somebody in: SCRAM credentials of users (Kafka's <c>/config/users</c>) and delegation tokens. Their data is
/// shown to nobody: whoever has it can try passwords on it at leisure, or pose as the broker.
/// </summary>
static class ZnodeSecrets
{
    static readonly ImmutableArray<byte> mask = [.. "********"u8];

    public static ImmutableArray<byte> Shown(string path, byte[] data) =>
        (path.Contains("/config/users/", StringComparison.Ordinal) && data.AsSpan().IndexOf("stored_key"u8) >= 0)
            || path.Contains("/delegation_token/tokens/", StringComparison.Ordinal)
            ? mask
            : [.. data];
}
