using System.Net;
using Kafka.Client.Security;
using Wire;

namespace Kafka.Client;

/// <summary>How a client behaves on each of its connections.</summary>
public sealed record KafkaClientOptions
{
    /// <summary>Sent to the broker with each request; it is in its logs and quotas.</summary>
    public string ClientId { get; init; } = "castellan";

    /// <summary>From sending a request to having its answer. Every call has a deadline.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The same for what changes the cluster: creating, deleting, electing, reassigning.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>TLS and SASL.</summary>
    public KafkaSecurity Security { get; init; } = KafkaSecurity.Plaintext;

    /// <summary>Where advertised addresses are reached from this machine.</summary>
    public AddressMap AddressMap { get; init; } = AddressMap.Empty;

    /// <summary>client.dns.lookup; all addresses of a name unless set.</summary>
    public DnsLookup DnsLookup { get; init; }

    /// <summary>The addresses of a name now: asked at each connection, and never kept, so that a name may move.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> AddressesOf { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>
    /// For the TCP connection and, each again, for resolving its name before, and for the TLS handshake, the ApiVersions exchange and each
    /// exchange of the login after it.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A connection that nothing was sent on and nothing came from for so long is closed; never unless set.</summary>
    public TimeSpan IdleTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// After a broker could not be reached, calls to it fail at once for this long, doubled each time up to
    /// <see cref="MaxReconnectBackoff"/>.
    /// </summary>
    public TimeSpan ReconnectBackoff { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest of these pauses.</summary>
    public TimeSpan MaxReconnectBackoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The same after a broker refused the credentials, up to <see cref="MaxAuthenticationBackoff"/>: each attempt with a wrong password
    /// counts at whatever locks accounts.
    /// </summary>
    public TimeSpan AuthenticationBackoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest of these pauses.</summary>
    public TimeSpan MaxAuthenticationBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a call waits for a new connection to a broker that did not answer the last one: a caller that asks many brokers again and
    /// again waits a whole deadline for a silent one only once. Far longer than a broker that is well needs to take a connection; what must
    /// not fail for a moment's silence has its whole deadline.
    /// </summary>
    public TimeSpan SilentPatience { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// To one broker: more than the readings of a monitor that run at the same time. Further calls wait for one, as part of their deadline.
    /// </summary>
    public int MaxConnections { get; init; } = 8;

    /// <summary>
    /// To one broker as a rule. More are opened only while a caller has waited <see cref="HeldUpAfter"/> for one of these, and closed again
    /// once no caller has for <see cref="SurplusKept"/>.
    /// </summary>
    public int UsualConnections { get; init; } = 8;

    /// <summary>How long a caller waits for one of the usual connections before another is opened.</summary>
    public TimeSpan HeldUpAfter { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long connections beyond the usual ones are kept after a caller was last held up.</summary>
    public TimeSpan SurplusKept { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Brokers of another cluster are not asked; null: whoever answers is.</summary>
    public ExpectedCluster? Cluster { get; init; }

    /// <summary>Where requests are counted; several clients may share it.</summary>
    public RequestCounts? Counts { get; init; }

    /// <summary>The largest answer that is read, in bytes.</summary>
    public int MaxResponseBytes { get; init; } = 256 << 20; // fetch.max.bytes of Apache's consumers is 50 MiB unless set

    /// <summary>Of the node that this client belongs to: while it is paused, its connections do nothing.</summary>
    public PauseGate? Gate { get; init; }

    /// <summary>For deadlines and pauses.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
