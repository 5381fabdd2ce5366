using System.Text;
using System.Text.Json;
using Wire;

namespace Kafka.Client.Security.OAuth;

/// <summary>OAUTHBEARER (RFC 7628 as KIP-255 has it): a token of an issuer that the brokers trust.</summary>
/// <param name="extensions">Sent with the token (KIP-342), letters only as names.</param>
public sealed class OAuthBearerMechanism(TokenCache tokens, IReadOnlyDictionary<string, string>? extensions = null) : SaslMechanism
{
    public override string Name => "OAUTHBEARER";

    public override string? Principal => tokens.Whom;

    internal override CodedText Remedy => CodedText.Of(
        "CheckToken", $"The token comes from {tokens.Source}; issuer, audience and scope have to be what the broker expects.");

    internal override async ValueTask<ISaslExchange> BeginAsync(string host, CancellationToken cancellationToken) =>
        new Exchange(await tokens.GetAsync(cancellationToken).ConfigureAwait(false), extensions);

    sealed class Exchange(string token, IReadOnlyDictionary<string, string>? extensions) : ISaslExchange
    {
        public string? Refusal { get; private set; }

        public byte[] First()
        {
            // fields end with U+0001, the message with two (RFC 7628, section 3.1)
            var message = new StringBuilder($"n,,\u0001auth=Bearer {token}");
            foreach (var (name, value) in extensions ?? new Dictionary<string, string>())
            {
                message.Append('\u0001').Append(name).Append('=').Append(value);
            }

            return Encoding.UTF8.GetBytes(message.Append("\u0001\u0001").ToString());
        }

        /// <summary>
        /// Nothing, when the token is good. Otherwise why not, as JSON, which is answered by one byte (RFC 7628, section 3.2.3) so that the
        /// server ends the login.
        /// </summary>
        public byte[]? Next(ReadOnlySpan<byte> challenge)
        {
            if (Refusal is not null)
            {
                throw new SaslException($"the server does not take the token: {Refusal}");
            }

            if (challenge.IsEmpty)
            {
                return null;
            }

            Refusal = Words(challenge);
            return [1];
        }

        public void Dispose()
        {
        }

        static string Words(ReadOnlySpan<byte> json)
        {
            try
            {
                using var document = JsonDocument.Parse(json.ToArray());
                return string.Join(", ", document.RootElement.EnumerateObject().Select(one => $"{one.Name} {one.Value}"));
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                return "an answer that is not JSON";
            }
        }
    }
}
