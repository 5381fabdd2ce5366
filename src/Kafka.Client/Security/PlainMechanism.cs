using System.Text;
using Wire;

namespace Kafka.Client.Security;

/// <summary>
/// PLAIN (RFC 4616): name and password as they are, to be used within TLS. As Apache's clients do, both are sent as UTF-8 without the
/// preparation of RFC 4013 (SASLprep), since brokers compare bytes.
/// </summary>
public sealed class PlainMechanism(string username, string password) : SaslMechanism
{
    public override string Name => "PLAIN";

    public override string Principal => username;

    internal override CodedText Remedy =>
        CodedText.Of("CheckPassword", $"Check username and password in sasl.jaas.config.");

    internal override ValueTask<ISaslExchange> BeginAsync(string host, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ISaslExchange>(new Exchange(username, password));

    sealed class Exchange(string username, string password) : ISaslExchange
    {
        public byte[] First() => Encoding.UTF8.GetBytes($"\0{username}\0{password}");

        public byte[]? Next(ReadOnlySpan<byte> challenge) => null;

        public void Dispose()
        {
        }
    }
}
