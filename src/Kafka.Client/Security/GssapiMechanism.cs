using System.Buffers;
using System.Buffers.Binary;
using System.Net.Security;
using Wire;

namespace Kafka.Client.Security;

/// <summary>
/// GSSAPI, which is Kerberos (RFC 4752), through the operating system's library (Debian: libgssapi-krb5-2). Credentials are the process's:
/// the ticket cache that kinit fills, or the keytab that the environment variable KRB5_CLIENT_KTNAME names. Without a security layer, as
/// Kafka has it: TLS is that layer.
/// </summary>
/// <param name="service">The first part of the brokers' Kerberos principals: sasl.kerberos.service.name, commonly "kafka".</param>
public sealed class GssapiMechanism(string service) : SaslMechanism
{
    public override string Name => "GSSAPI";

    public override string? Principal => null;

    internal override CodedText Remedy => CodedText.Of(
        "CheckTicket",
        $"Is there a ticket (klist), or a keytab named by KRB5_CLIENT_KTNAME, and is the broker's principal {service}/HOST?");

    internal override ValueTask<ISaslExchange> BeginAsync(string host, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ISaslExchange>(new Exchange(service, host, Remedy.English));

    sealed class Exchange : ISaslExchange
    {
        /// <summary>RFC 4752, section 3.1: the bit of a server that can do without a security layer.</summary>
        const byte NoSecurityLayer = 1;

        readonly string target;
        readonly string remedy;
        readonly NegotiateAuthentication context;
        bool isEstablished;

        internal Exchange(string service, string host, string remedy)
        {
            this.remedy = remedy;
            target = $"{service}/{host}";
            context = new NegotiateAuthentication(new NegotiateAuthenticationClientOptions
            {
                Package = "Kerberos",
                TargetName = target,
                // or any host could take the ticket and play the broker
                RequireMutualAuthentication = true,
                // not for a layer, but to wrap the last message, which RFC 4752 wants signed
                RequiredProtectionLevel = ProtectionLevel.Sign,
            });
        }

        public byte[] First() => Step([]) ?? [];

        /// <summary>Tokens until both sides know each other, then the server's security layers, of which none is chosen.</summary>
        public byte[]? Next(ReadOnlySpan<byte> challenge)
        {
            if (!context.IsAuthenticated)
            {
                // a finished context may have nothing more to send, and the server still waits for a message
                return Step(challenge) ?? [];
            }

            if (isEstablished)
            {
                return null;
            }

            isEstablished = true;
            return ChooseNoLayer(challenge);
        }

        public void Dispose() => context.Dispose();

        byte[]? Step(ReadOnlySpan<byte> challenge)
        {
            var token = context.GetOutgoingBlob(challenge, out var status);
            return status is NegotiateAuthenticationStatusCode.Completed or NegotiateAuthenticationStatusCode.ContinueNeeded
                ? token
                : throw new SaslException($"no Kerberos ticket for {target} ({status}). {remedy}");
        }

        byte[] ChooseNoLayer(ReadOnlySpan<byte> challenge)
        {
            var offered = new ArrayBufferWriter<byte>();
            if (context.Unwrap(challenge, offered, out _) != NegotiateAuthenticationStatusCode.Completed || offered.WrittenCount != 4)
            {
                throw new SaslException("the server offers security layers of GSSAPI that cannot be read");
            }

            if ((offered.WrittenSpan[0] & NoSecurityLayer) == 0)
            {
                throw new SaslException("the server insists on a security layer of GSSAPI; use TLS (SASL_SSL) instead");
            }

            Span<byte> choice = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(choice, NoSecurityLayer << 24); // and no maximum length of wrapped messages
            var wrapped = new ArrayBufferWriter<byte>();
            return context.Wrap(choice, wrapped, requestEncryption: false, out _) == NegotiateAuthenticationStatusCode.Completed
                ? wrapped.WrittenSpan.ToArray()
                : throw new SaslException("no answer to the security layers of GSSAPI could be made");
        }
    }
}
