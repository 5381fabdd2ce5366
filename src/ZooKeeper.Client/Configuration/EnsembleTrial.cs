using System.Net;
using System.Net.Sockets;
using Wire;
using Wire.Security;
using ZooKeeper.Protocol;

namespace ZooKeeper.Client.Configuration;

/// <summary>
/// Opens a session step by step, as a person looking for the fault would: resolve, connect, tls, authenticate, authorize, each with
/// "zookeeper." in front. Ends with the first step that fails; TLS is tried with the first server that can be connected to.
/// </summary>
/// <param name="options">As the session would be opened.</param>
/// <param name="expected">A path below the chroot that should be there, such as that of Kafka's brokers; null for none.</param>
public sealed class EnsembleTrial(ZooKeeperClientOptions options, string? expected = null)
{
    const string prefix = "zookeeper.";
    readonly List<ConnectionStep> steps = [];

    /// <summary>The steps up to the first that failed, in their order. Call it once. Only cancellation is thrown.</summary>
    public async Task<IReadOnlyList<ConnectionStep>> RunAsync(CancellationToken cancellationToken)
    {
        if (await ResolveAsync(cancellationToken).ConfigureAwait(false)
            && await ConnectAsync(cancellationToken).ConfigureAwait(false))
        {
            await OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        }

        return steps;
    }

    Task<bool> ResolveAsync(CancellationToken cancellationToken) => StepAsync("resolve", async () =>
    {
        var words = new List<string>();
        foreach (var host in options.Servers.Select(server => server.Host).Distinct())
        {
            var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
            words.Add($"{host} → {string.Join(", ", addresses.Take(5).Select(address => address.ToString()))}");
        }

        return CodedText.Plain(string.Join("; ", words));
    }, cancellationToken);

    /// <summary>Connects to each server; one is enough, those that are not reached are named.</summary>
    async Task<bool> ConnectAsync(CancellationToken cancellationToken)
    {
        (string Host, int Port)? reached = null;
        var connected = await StepAsync("connect", async () =>
        {
            var tries = await Task.WhenAll(options.Servers.Select(server => TryAsync(server, cancellationToken))).ConfigureAwait(false);
            var failed = tries.Where(one => one.Problem is not null)
                .Select(one => CodedText.Of("ServerSays", $"{Name(one.Server)}: {one.Problem}")).ToList();
            reached = tries.Where(one => one.Problem is null).Select(one => ((string, int)?)one.Server).FirstOrDefault();
            var words = failed.Count == 0 ? CodedText.Of("AllServers", $"all of {tries.Length} servers") : CodedText.All(failed);
            return reached is not null ? words : throw new TrialException(words);
        }, cancellationToken).ConfigureAwait(false);
        return connected && await ShakeHandsAsync(reached!.Value, cancellationToken).ConfigureAwait(false);
    }

    async Task<((string Host, int Port) Server, CodedText? Problem)> TryAsync(
        (string Host, int Port) server, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var limit = new CancellationTokenSource(options.ConnectTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(server.Host, server.Port, either.Token).ConfigureAwait(false);
            return (server, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (server, CodedText.Of("NoConnectionWithin", $"no connection within {options.ConnectTimeout.TotalSeconds:0.#} s"));
        }
        catch (SocketException e)
        {
            return (server, e.Message);
        }
    }

    async Task<bool> ShakeHandsAsync((string Host, int Port) server, CancellationToken cancellationToken)
    {
        if (options.Security.Tls is not { } tls)
        {
            steps.Add(StepTimer.NotNeeded(
                prefix + "tls", CodedText.Of("ZooKeeperNotSecure", $"not used: zookeeper.client.secure is not set")));
            return true;
        }

        return await StepAsync("tls", async () =>
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            using var limit = new CancellationTokenSource(options.RequestTimeout, options.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            await socket.ConnectAsync(server.Host, server.Port, either.Token).ConfigureAwait(false);
            using var stream = await tls.AuthenticateAsync(socket, server.Host, server.Port, either.Token).ConfigureAwait(false);
            return CodedText.Of("ServerSays", $"{Name(server)}: {TlsWords.Of(stream, options.Time.GetUtcNow())}");
        }, cancellationToken).ConfigureAwait(false);
    }

    async Task OpenSessionAsync(CancellationToken cancellationToken)
    {
        // without the chroot: a session opens also where it does not exist, and "/" is always there to look at
        var client = new ZooKeeperClient(options with { Chroot = "" });
        await using var closing = client.ConfigureAwait(false);
        var who = options.Security switch
        {
            { Sasl: { } login } => CodedText.Of("AsUser", $"as {login.User} by SASL DIGEST-MD5"),
            { Identities: [var identity, ..] } => CodedText.Of("WithIdentity", $"with an identity of scheme {identity.Scheme}"),
            _ => CodedText.Of("AsAnybody", $"as anybody"),
        };
        var opened = await StepAsync("authenticate", async () =>
        {
            try
            {
                // the first call connects, and fails with what ended the last attempt
                await client.ExistsAsync("/", cancellationToken: cancellationToken).ConfigureAwait(false);
            }
            catch (ZooKeeperException e) when (e.Code == ZooKeeperError.OperationTimeout && options.Security.Tls is null)
            {
                // a broker takes ZooKeeper's hello for a request that is not whole yet, and waits
                if (await KafkaListenerProbe.FindAsync(options, cancellationToken).ConfigureAwait(false) is { } broker)
                {
                    throw new TrialException(CodedText.Of("IsKafka", $"{broker} is a Kafka broker, and no ZooKeeper server"));
                }

                throw;
            }

            return CodedText.Of("SessionOn", $"session 0x{client.SessionId:x} on {client.ConnectedServer} {who}");
        }, cancellationToken).ConfigureAwait(false);
        if (opened)
        {
            await StepAsync("authorize", () => LookAsync(client, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }

    async Task<CodedText> LookAsync(ZooKeeperClient client, CancellationToken cancellationToken)
    {
        var root = options.Chroot.Length == 0 ? "/" : options.Chroot;
        CodedText words;
        try
        {
            var children = await client.GetChildrenAsync(root, cancellationToken: cancellationToken).ConfigureAwait(false);
            words = CodedText.Of("CanBeRead", $"{root} can be read and has {children.Children.Count} children");
        }
        catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoNode)
        {
            throw new TrialException(await ElsewhereAsync(client, cancellationToken).ConfigureAwait(false) is { } chroot
                ? CodedText.Of("ChrootElsewhere", $"there is no {root}; is {chroot} the chroot? It has {expected}")
                : CodedText.Of("ChrootMissing", $"there is no {root}: is the chroot right?"));
        }

        if (expected is null)
        {
            return words;
        }

        try
        {
            var found = await client
                .GetChildrenAsync(options.Chroot + expected, cancellationToken: cancellationToken).ConfigureAwait(false);
            return CodedText.Of("PathHas", $"{words}; {options.Chroot + expected} has {found.Children.Count}");
        }
        catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoNode)
        {
            return await ElsewhereAsync(client, cancellationToken).ConfigureAwait(false) is { } chroot
                ? CodedText.Of("PathElsewhere", $"{words}, but there is no {options.Chroot + expected}; is {chroot} the chroot? It has it")
                : CodedText.Of("PathMissing", $"{words}, but there is no {options.Chroot + expected}: is the chroot right?");
        }
    }

    /// <summary>A znode below the root that has what is expected, and so is most likely the chroot; null: none is seen.</summary>
    async Task<string?> ElsewhereAsync(ZooKeeperClient client, CancellationToken cancellationToken)
    {
        const int most = 50;
        try
        {
            var roots = await client.GetChildrenAsync("/", cancellationToken: cancellationToken).ConfigureAwait(false);
            foreach (var root in roots.Children.Order(StringComparer.Ordinal).Take(most).Select(child => $"/{child}"))
            {
                var found = await client.ExistsAsync(root + expected, cancellationToken: cancellationToken).ConfigureAwait(false);
                if (expected is not null && found is not null)
                {
                    return root;
                }
            }
        }
        catch (ZooKeeperException)
        {
            // a hint alone: what was asked for has been answered
        }

        return null;
    }

    static string Name((string Host, int Port) server) => HostPort.Format(server.Host, server.Port);

    Task<bool> StepAsync(string step, Func<Task<CodedText>> work, CancellationToken cancellationToken) =>
        AddAsync(new StepTimer(options.Time, failure => Words(failure, cancellationToken)).RunAsync(prefix + step, work));

    /// <summary>Whether it went well.</summary>
    async Task<bool> AddAsync(Task<ConnectionStep> running)
    {
        var step = await running.ConfigureAwait(false);
        steps.Add(step);
        return step.Ok;
    }

    static CodedText? Words(Exception failure, CancellationToken cancellationToken) => failure switch
    {
        ZooKeeperException refused => refused.Detail,
        IOException or SocketException => CodedText.Of(failure),
        OperationCanceledException when !cancellationToken.IsCancellationRequested =>
            CodedText.Of("NoAnswerInTime", $"no answer in time"),
        _ => null,
    };

    /// <summary>What a step fails with in words of its own.</summary>
    sealed class TrialException(CodedText told) : IOException(told.English), ICodedFault
    {
        public CodedText? Told { get; } = told;
    }
}
