using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin;

/// <summary>Which SCRAM credentials a user has: mechanism and iterations, no secret.</summary>
public sealed record ScramUser(string Name, IReadOnlyList<(string Mechanism, int Iterations)> Credentials);

/// <summary>Reads who has SCRAM credentials (KIP-554).</summary>
public static class ScramCalls
{
    /// <summary>All users that have some. UNSUPPORTED_VERSION from brokers before 2.7.</summary>
    public static async Task<IReadOnlyList<ScramUser>> DescribeScramUsersAsync(
        this KafkaCluster cluster, CancellationToken cancellationToken)
    {
        var request = new DescribeUserScramCredentialsRequest { Users = null };
        var answer = await cluster.SendToAnyAsync(request, cancellationToken).ConfigureAwait(false);
        KafkaException.ThrowIfError(answer.ErrorCode, answer.ErrorMessage);
        return
        [
            .. answer.Results.Where(user => user.ErrorCode == (short)ErrorCode.None)
                .Select(user => new ScramUser(user.User, [.. user.CredentialInfos.Select(c => (Mechanism(c.Mechanism), c.Iterations))])),
        ];
    }

    static string Mechanism(sbyte code) => code switch
    {
        1 => "SCRAM-SHA-256",
        2 => "SCRAM-SHA-512",
        _ => $"mechanism {code}",
    };
}
