using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Wire;

namespace Kafka.Client.Tests;

/// <summary>
/// A broker that answers what a test tells it to: ApiVersions by itself, the rest by the handler. Null from the handler is no
/// answer at all.
/// </summary>
sealed class FakeBroker : IAsyncDisposable
{
    readonly Acceptor acceptor;
    readonly Task accepting;

    public FakeBroker()
        : this(new IPEndPoint(IPAddress.Loopback, 0))
    {
    }

    public FakeBroker(IPEndPoint address)
    {
        acceptor = Acceptor.Bind(address);
        accepting = acceptor.RunAsync(ServeAsync);
    }

    public int Port => acceptor.LocalEndPoint.Port;

    public int NodeId { get; init; }

    /// <summary>The versions told; every schema's own unless set.</summary>
    public Dictionary<ApiKey, (short Min, short Max)> Versions { get; } =
        KafkaMessages.Keys.ToDictionary(key => (ApiKey)key, key => KafkaMessages.Versions(key)!.Value);

    public Func<KafkaRequestHeader, IKafkaRequest, IKafkaResponse?> Handler { get; set; } = (_, _) => null;

    /// <summary>Called with each frame first; true when it has dealt with it.</summary>
    public Func<Connection, KafkaRequestHeader, bool>? Raw { get; set; }

    /// <summary>Called with each frame before it is taken for a request; true when it has dealt with it.</summary>
    public Func<Connection, byte[], bool>? Bare { get; set; }

    /// <summary>TLS with this certificate; null: none.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>What was asked, in order.</summary>
    public ConcurrentQueue<(KafkaRequestHeader Header, IKafkaRequest Body)> Asked { get; } = new();

    public int Connections => connections;

    int connections;

    public MetadataResponse Metadata(params FakeBroker[] brokers) => new()
    {
        ControllerId = NodeId,
        ClusterId = "fake",
        Brokers = [.. brokers.Append(this).Distinct().Select(broker => new MetadataResponse.MetadataResponseBroker
        {
            NodeId = broker.NodeId,
            Host = "127.0.0.1",
            Port = broker.Port,
        })],
    };

    public async ValueTask DisposeAsync()
    {
        await acceptor.DisposeAsync();
        await accepting;
    }

    async Task ServeAsync(Socket socket, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref connections);
        SslStream? secured = null;
        if (Certificate is not null)
        {
            secured = new SslStream(new NetworkStream(socket));
            try
            {
                await secured.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificate = Certificate }, cancellationToken);
            }
            catch (Exception e) when (e is AuthenticationException or IOException)
            {
                socket.Dispose();
                return;
            }
        }

        await using var connection = new Connection(socket, new ConnectionOptions(), gate: null, secured);
        while (await connection.Frames.ReadAsync(cancellationToken) is { } frame)
        {
            using (frame)
            {
                Serve(connection, frame.Memory.ToArray());
            }
        }
    }

    void Serve(Connection connection, byte[] bytes)
    {
        if (Bare?.Invoke(connection, bytes) == true)
        {
            return;
        }

        var reader = new WireReader(bytes);
        var header = KafkaHeaders.ReadRequest(ref reader);
        if (Raw?.Invoke(connection, header) == true)
        {
            return;
        }

        if (header.ApiKey == ApiKey.ApiVersions && header.Version > Versions[ApiKey.ApiVersions].Max)
        {
            var refusal = Told();
            refusal.ErrorCode = (short)ErrorCode.UnsupportedVersion;
            Answer(connection, header, false, refusal, 0);
            return;
        }

        var flexible = AnyRequest(header).Flexible(header.Version);
        if (flexible)
        {
            KafkaHeaders.SkipTags(ref reader);
        }

        var body = KafkaMessages.ReadRequest((short)header.ApiKey, ref reader, header.Version);
        Asked.Enqueue((header, body));
        if ((header.ApiKey == ApiKey.ApiVersions ? Told() : Handler(header, body)) is { } answer)
        {
            Answer(connection, header, flexible, answer, header.Version);
        }
    }

    static void Answer(Connection connection, KafkaRequestHeader header, bool flexible, IKafkaResponse answer, short version) =>
        connection.Enqueue(KafkaHeaders.ResponseFrame(header.ApiKey, header.CorrelationId, flexible, answer, version));

    ApiVersionsResponse Told() => new()
    {
        ApiKeys = [.. Versions.Select(one => new ApiVersionsResponse.ApiVersion
        {
            ApiKey = (short)one.Key,
            MinVersion = one.Value.Min,
            MaxVersion = one.Value.Max,
        })],
    };

    static IKafkaRequest AnyRequest(KafkaRequestHeader header) =>
        (IKafkaRequest)Activator.CreateInstance(
            typeof(MetadataRequest).Assembly.GetType($"Kafka.Protocol.Messages.{header.ApiKey}Request")!)!;
}
