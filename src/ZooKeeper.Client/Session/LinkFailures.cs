using System.Net.Sockets;
using Wire;
using Wire.Security;
using ZooKeeper.Protocol;

namespace ZooKeeper.Client.Session;

/// <summary>What ended an attempt or a connection, in a sentence with the way out.</summary>
static class LinkFailures
{
    internal static LinkEnded Of(Exception failure, bool secured) => failure switch
    {
        ZooKeeperException { Code: ZooKeeperError.AuthFailed } e => new(e.Detail, FailureReason.Authentication, IsRefusal: true),
        ZooKeeperException e => new(e.Detail, FailureReason.Protocol),
        TlsException e => new(e.Told, FailureReason.Tls),
        // four bytes of another protocol make a huge length; asked in this order, what is neither is really too long
        FrameTooLongException e when ForeignProtocols.IsTls(e.Length) =>
            new(
                CodedText.Of("ServerSpeaksTls", $"it speaks TLS (a secureClientPort); connect with zookeeper.client.secure=true"),
                FailureReason.Tls),
        FrameTooLongException e when ForeignProtocols.Words(e.Length) is { } words =>
            new(CodedText.Of("NoZooKeeperServer", $"{words}, and is no ZooKeeper server"), FailureReason.Protocol),
        FrameTooLongException e => new(e.Message, FailureReason.Protocol, AnswerTooLong: true),
        WireFormatException e => new(e.Message, FailureReason.Protocol),
        TimeoutException e => new(CodedText.Of(e), FailureReason.Timeout),
        // TLS 1.3: the refusal of a certificate comes with the first read, after the handshake
        _ when secured && HandshakeFailures.IsAboutOwnCertificate(failure) => new(
            CodedText.Of(
                "ServerWantsCertificate",
                $"it wants a certificate of its clients, or does not take the one it got (zookeeper.ssl.keyStore.location)"),
            FailureReason.Tls),
        SocketException e => new(e.Message, FailureReason.Unreachable),
        _ => new(CodedText.Of(failure), FailureReason.Unreachable),
    };
}
