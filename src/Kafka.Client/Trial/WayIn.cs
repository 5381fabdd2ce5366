using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Wire;
using Wire.Security;

namespace Kafka.Client.Trial;

/// <summary>
/// The steps to an open connection. Some faults show only later than where they belong: a client without a certificate hears of it when it
/// first reads, one without a login with its first request. So some steps look ahead, and what they saw is reported as the step that it
/// belongs to.
/// </summary>
sealed class WayIn(IReadOnlyList<(string Host, int Port)> bootstrap, KafkaClientOptions options) : IAsyncDisposable
{
    readonly StepTimer timer = new(options.Time, failure => failure is KafkaException ? CodedText.Of(failure) : null);
    readonly List<(string Host, int Port, IReadOnlyList<IPEndPoint> Addresses)> resolved = [];
    (string Host, int Port) reached;
    Socket? socket;
    SslStream? secured;
    KafkaConnection? connection;

    /// <summary>The exchange of versions, made ahead of its step.</summary>
    ConnectionStep? versions;
    FailureReason? versionsFailure;

    /// <summary>Once the steps have succeeded.</summary>
    internal KafkaConnection Connection => connection!;

    internal Task<ConnectionStep> ResolveAsync(CancellationToken cancellationToken) => timer.RunAsync("resolve", async () =>
    {
        var words = new List<CodedText>();
        KafkaException? last = null;
        foreach (var (host, port) in await BootstrapAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                var addresses = await AddressResolver.ResolveAsync(host, port, options, cancellationToken).ConfigureAwait(false);
                resolved.Add((host, port, addresses));
                words.Add(Resolution(host, port, addresses));
            }
            catch (KafkaException e)
            {
                last = e;
                words.Add(CodedText.Of(e));
            }
        }

        return resolved.Count > 0 ? CodedText.All(words) : throw last!;
    });

    internal Task<ConnectionStep> ConnectAsync(CancellationToken cancellationToken) => timer.RunAsync("connect", async () =>
    {
        var missed = new List<CodedText>();
        KafkaException? last = null;
        foreach (var (host, port, addresses) in resolved)
        {
            try
            {
                socket = await SocketConnector.ConnectAsync(host, port, addresses, options, cancellationToken).ConfigureAwait(false);
                reached = (host, port);
                return CodedText.All([Reached(HostPort.Format(host, port), $"{socket.RemoteEndPoint}"), .. missed]);
            }
            catch (KafkaException e)
            {
                last = e;
                missed.Add(CodedText.Of(e));
            }
        }

        throw last!;
    });

    internal async Task<ConnectionStep> SecureAsync(CancellationToken cancellationToken)
    {
        var step = options.Security.Tls is null
            ? StepTimer.NotNeeded("tls", NotNeeded())
            : await timer.RunAsync("tls", async () =>
            {
                var (host, port) = reached;
                secured = await TlsHandshake.RunAsync(socket!, host, port, options, cancellationToken).ConfigureAwait(false);
                return TlsWords.Of(secured!, options.Time.GetUtcNow());
            }).ConfigureAwait(false);
        if (!step.Ok)
        {
            return step;
        }

        // by the name that was asked for: certificates and Kerberos go by it, whatever address answered
        connection = KafkaConnection.Over(reached.Host, reached.Port, options, socket!, secured);
        await AskVersionsAsync(cancellationToken).ConfigureAwait(false);
        // TLS 1.3 ends the client's handshake before the server has judged its certificate
        return versionsFailure == FailureReason.Tls ? versions! with { Step = "tls" } : step;
    }

    internal Task<ConnectionStep> AuthenticateAsync(CancellationToken cancellationToken)
    {
        if (options.Security.Sasl is not { } mechanism)
        {
            return WithoutLoginAsync(cancellationToken);
        }

        return versions!.Ok
            ? timer.RunAsync("authenticate", async () =>
            {
                await connection!.LogInAsync(cancellationToken).ConfigureAwait(false);
                var whom = mechanism.Principal is { } principal
                    ? CodedText.Of("LoggedIn", $"{mechanism.Name} as {principal}")
                    : CodedText.Plain(mechanism.Name);
                return connection.SessionLifetime is { } life
                    ? CodedText.Of("LoggedInFor", $"{whom}; again after {life.TotalSeconds:0.#} s")
                    : whom;
            })
            : Task.FromResult(versions with { Step = "authenticate" });
    }

    internal Task<ConnectionStep> ApiVersionsAsync(CancellationToken cancellationToken) => Task.FromResult(versions!);

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        // also after the connection, which owns it: steps that failed before left the socket alone
        socket?.Dispose();
    }

    async Task<IReadOnlyList<(string Host, int Port)>> BootstrapAsync(CancellationToken cancellationToken) =>
        options.DnsLookup == DnsLookup.ResolveCanonicalBootstrapServers
            ? (await AddressResolver.CanonicalAsync(bootstrap, options, cancellationToken).ConfigureAwait(false)).Addresses
            : bootstrap;

    async Task AskVersionsAsync(CancellationToken cancellationToken) => versions = await timer.RunAsync("apiVersions", async () =>
    {
        try
        {
            return Words(await connection!.NegotiateAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (KafkaException e)
        {
            versionsFailure = e.Reason;
            throw;
        }
    }).ConfigureAwait(false);

    /// <summary>A listener that wants a login closes the connection at the first request.</summary>
    async Task<ConnectionStep> WithoutLoginAsync(CancellationToken cancellationToken)
    {
        var step = StepTimer.NotNeeded("authenticate", Anonymous());
        if (!versions!.Ok)
        {
            return step;
        }

        var first = await timer.RunAsync(step.Step, async () =>
        {
            try
            {
                // no topics: the smallest question that needs a login where there is one
                var request = new MetadataRequest { Topics = [] };
                await connection!.SendAsync(request, cancellationToken, options.ConnectTimeout).ConfigureAwait(false);
            }
            catch (KafkaException e) when (e.Reason != FailureReason.Authentication)
            {
                // the step that asks the same will say it
            }

            return CodedText.Plain("");
        }).ConfigureAwait(false);
        return first.Ok ? step : first;
    }

    CodedText NotNeeded() => CodedText.Of("NotNeeded", $"not needed with security.protocol={options.Security.Protocol}");

    CodedText Anonymous() => secured is { IsMutuallyAuthenticated: true, LocalCertificate: { } own }
        ? CodedText.Of("KnownByCertificate", $"{NotNeeded()}; known by the certificate {own.Subject}")
        : CodedText.Of("KnownAsAnonymous", $"{NotNeeded()}; known as User:ANONYMOUS");

    static CodedText Reached(string name, string address) => name == address ? name : CodedText.Of("NameAt", $"{name} at {address}");

    static CodedText Resolution(string host, int port, IReadOnlyList<IPEndPoint> addresses)
    {
        var given = HostPort.Format(host, port);
        var found = string.Join(", ", addresses);
        return found == given ? CodedText.Of("IsAddress", $"{given} is an address") : CodedText.Of("Resolves", $"{given} is {found}");
    }

    static CodedText Words(ApiVersionsResponse told) =>
        CodedText.Of("ApisOf", $"{told.ApiKeys.Count} APIs, those of Kafka {KafkaRelease.Of(told)}");
}
