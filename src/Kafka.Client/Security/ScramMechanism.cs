using System.Security.Cryptography;
using Wire;

namespace Kafka.Client.Security;

/// <summary>
/// SCRAM-SHA-256 and SCRAM-SHA-512 (RFC 5802, RFC 7677), without channel binding, which brokers do not have. As Apache's clients do,
/// name and password are taken as UTF-8 without the preparation of RFC 4013 (SASLprep): a broker computes its keys from the same bytes.
/// </summary>
/// <param name="hash">SHA-256 or SHA-512.</param>
/// <param name="isToken">Name and password are the id and the HMAC of a delegation token (KIP-48).</param>
public sealed class ScramMechanism(HashAlgorithmName hash, string username, string password, bool isToken = false) : SaslMechanism
{
    public override string Name => hash == HashAlgorithmName.SHA512 ? "SCRAM-SHA-512" : "SCRAM-SHA-256";

    public override string Principal => username;

    internal override CodedText Remedy => CodedText.Of(
        "CheckScram",
        $"Check username and password in sasl.jaas.config, and that this user has credentials of {Name} (kafka-configs.sh --describe).");

    internal override ValueTask<ISaslExchange> BeginAsync(string host, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ISaslExchange>(new ScramExchange(Name, hash, username, password, isToken));
}
