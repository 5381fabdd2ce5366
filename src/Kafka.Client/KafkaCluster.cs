using System.Collections.Concurrent;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wire;

namespace Kafka.Client;

/// <summary>
/// A cluster: where its brokers are, and connections to each. Thread safe: the view of the cluster is replaced whole, and each
/// <see cref="BrokerLink"/> keeps its own connections, of which each caller has one to itself. Every call has a deadline; a call that fails
/// throws a <see cref="KafkaException"/>, and so does every call after the cluster was closed.
/// </summary>
public sealed partial class KafkaCluster : IAsyncDisposable
{
    readonly IReadOnlyList<(string Host, int Port)> given;
    readonly ConcurrentDictionary<(string Host, int Port), BrokerLink> links = new();
    readonly ILogger logger;
    volatile ClusterView view = ClusterView.Empty;

    /// <summary>As given, or the canonical names of that once they are known.</summary>
    volatile IReadOnlyList<(string Host, int Port)> bootstrap;
    volatile bool isCanonical;
    volatile bool isDisposed;
    int turn;

    /// <summary>Connects to nothing yet.</summary>
    /// <param name="bootstrap">Tried until one answers; a cluster needs no more than one that is up.</param>
    /// <exception cref="ArgumentException">There is no address.</exception>
    public KafkaCluster(IReadOnlyList<(string Host, int Port)> bootstrap, KafkaClientOptions options, ILoggerFactory? loggers = null)
    {
        if (bootstrap.Count == 0)
        {
            throw new ArgumentException("No bootstrap address.", nameof(bootstrap));
        }

        (given, this.bootstrap) = (bootstrap, bootstrap);
        Options = options;
        logger = (ILogger?)loggers?.CreateLogger<KafkaCluster>() ?? NullLogger.Instance;
    }

    /// <summary>As given; they do not change.</summary>
    public KafkaClientOptions Options { get; }

    /// <summary>What the last metadata said; empty before the first.</summary>
    public ClusterView View => view;

    /// <summary>The addresses that were tried, and what became of it.</summary>
    public IReadOnlyList<LinkStatus> Links()
    {
        // a lookup: a broker that restarted under another id has one address twice until the old id is gone
        var ids = view.Brokers.Values.ToLookup(broker => (broker.Host, broker.Port), broker => broker.Id);
        return [.. links.Select(link => link.Value.Status(ids[link.Key].Select(id => (int?)id).FirstOrDefault()))];
    }

    /// <summary>Reads "host:port,host:port"; IPv6 addresses are in brackets. <see cref="CodedFormatException"/> else.</summary>
    public static IReadOnlyList<(string Host, int Port)> ParseBootstrap(string text) => BootstrapAddresses.Parse(text);

    /// <summary>Asks any broker, the last known good ones first, until one answers.</summary>
    public Task<TResponse> SendToAnyAsync<TResponse>(
        IKafkaRequest<TResponse> request, CancellationToken cancellationToken, TimeSpan? timeout = null)
        where TResponse : IKafkaResponse =>
        UseAnyAsync((connection, left) => connection.SendAsync(request, cancellationToken, left), cancellationToken, timeout);

    /// <summary>Asks one broker. Its address comes from the last metadata, read now when there is none of it.</summary>
    public Task<TResponse> SendAsync<TResponse>(
        int brokerId, IKafkaRequest<TResponse> request, CancellationToken cancellationToken, TimeSpan? timeout = null)
        where TResponse : IKafkaResponse =>
        UseAsync(brokerId, (connection, left) => connection.SendAsync(request, cancellationToken, left), cancellationToken, timeout);

    /// <summary>
    /// Does something on the connection to a broker, for what depends on its versions or takes many requests. The second argument is what
    /// is left of the deadline after connecting.
    /// </summary>
    public async Task<T> UseAsync<T>(
        int brokerId, Func<KafkaConnection, TimeSpan, Task<T>> use, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        if (!view.Brokers.TryGetValue(brokerId, out var broker))
        {
            await RefreshAsync(cancellationToken).ConfigureAwait(false);
            if (!view.Brokers.TryGetValue(brokerId, out broker))
            {
                throw new KafkaException(ErrorCode.BrokerNotAvailable, $"Broker {brokerId} is not in the cluster's metadata.");
            }
        }

        var deadline = timeout ?? Options.RequestTimeout;
        var link = Link(broker.Host, broker.Port);
        try
        {
            return await link.UseAsync(use, deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException e) when (IsUnreachableAsAdvertised(e, link))
        {
            throw KafkaUnreachableException.Advertised(brokerId, broker.Host, broker.Port, e);
        }
    }

    /// <summary>Not the broker of a bootstrap address that is down, nor one that went down.</summary>
    bool IsUnreachableAsAdvertised(KafkaException e, BrokerLink link) =>
        e is KafkaUnreachableException { OtherCluster: null } or KafkaTimeoutException
        && !e.MayHaveHappened && link is { HasFailed: true, WasReached: false } && !bootstrap.Contains((link.Host, link.Port));

    /// <summary>The same on any broker, the last known good ones first, until one can be reached and answers in time.</summary>
    public Task<T> UseAnyAsync<T>(
        Func<KafkaConnection, TimeSpan, Task<T>> use, CancellationToken cancellationToken, TimeSpan? timeout = null) =>
        UseFirstAsync(Interlocked.Increment(ref turn), use, cancellationToken, timeout);

    /// <summary>What a broker lacks of an API, by <see cref="KafkaConnection.Lack"/>; null: nothing.</summary>
    public Task<KafkaException?> LackAsync(ApiKey key, short atLeast, CancellationToken cancellationToken) =>
        UseAnyAsync((connection, _) => Task.FromResult(connection.Lack(key, atLeast)), cancellationToken);

    async Task<T> UseFirstAsync<T>(
        int first,
        Func<KafkaConnection, TimeSpan, Task<T>> use,
        CancellationToken cancellationToken,
        TimeSpan? timeout = null)
    {
        // again with each call until all are known: a name server that is down now must not decide for the life of the client
        if (Options.DnsLookup == DnsLookup.ResolveCanonicalBootstrapServers && !isCanonical)
        {
            (bootstrap, isCanonical) = await AddressResolver.CanonicalAsync(given, Options, cancellationToken).ConfigureAwait(false);
        }

        var failures = new List<KafkaException>();
        var candidates = Candidates(first);
        foreach (var link in candidates)
        {
            try
            {
                var answer = await link.UseAsync(use, timeout ?? Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
                Options.Cluster?.NoteAnswer();
                return answer;
            }
            catch (KafkaException e) when (IsOfOneBroker(e))
            {
                failures.Add(e);
            }
        }

        if (Options.Cluster?.Gives(failures) == true)
        {
            candidates.ForEach(link => link.Forgive());
            return await UseFirstAsync(first, use, cancellationToken, timeout).ConfigureAwait(false);
        }

        // that another cluster has an address says more than that nobody answers at the next; there is at least one candidate
        throw failures.FirstOrDefault(e => e is KafkaUnreachableException { OtherCluster: not null }) ?? failures[^1];
    }

    /// <summary>
    /// Another broker may be better. Not so when one refuses the credentials: they are the same for all, and each refusal counts at what
    /// locks accounts.
    /// </summary>
    static bool IsOfOneBroker(KafkaException e) =>
        e is KafkaUnreachableException or KafkaTimeoutException or KafkaTlsException or NotKafkaException;

    /// <summary>
    /// Asks the controller; once more with fresh metadata when it is not the controller any longer, or cannot be reached. What may have had
    /// an effect (<see cref="KafkaException.MayHaveHappened"/>) is never sent a second time.
    /// </summary>
    public Task<TResponse> SendToControllerAsync<TResponse>(
        IKafkaRequest<TResponse> request, CancellationToken cancellationToken, TimeSpan? timeout = null)
        where TResponse : IKafkaResponse =>
        WithControllerAsync(
            (connection, left) => connection.SendAsync(request, cancellationToken, left), cancellationToken, timeout, OnlyReads(request));

    /// <summary>The same for a request that depends on the controller's versions.</summary>
    /// <param name="onlyReads">It changes nothing, and may be sent again in any case.</param>
    public async Task<TResponse> WithControllerAsync<TResponse>(
        Func<KafkaConnection, TimeSpan, Task<TResponse>> use,
        CancellationToken cancellationToken,
        TimeSpan? timeout = null,
        bool onlyReads = false)
        where TResponse : IKafkaResponse
    {
        if (view.ControllerId is >= 0 and var known)
        {
            try
            {
                var answer = await UseAsync(known, use, cancellationToken, timeout).ConfigureAwait(false);
                if (!ControllerErrors.IsNotController(answer))
                {
                    return answer;
                }
            }
            catch (KafkaException e) when (IsWorthAnother(e, onlyReads))
            {
                // another broker may be controller by now
            }
        }

        await RefreshAsync(cancellationToken).ConfigureAwait(false);
        return view.ControllerId is >= 0 and var controller
            ? await UseAsync(controller, use, cancellationToken, timeout).ConfigureAwait(false)
            : throw new KafkaException(ErrorCode.NotController, "The cluster has no controller now.");
    }

    static bool IsWorthAnother(KafkaException e, bool onlyReads) =>
        e is KafkaUnreachableException
            ? onlyReads || !e.MayHaveHappened
            : e.Code is ErrorCode.NotController or ErrorCode.BrokerNotAvailable;

    static bool OnlyReads(IKafkaRequest request) => request
        is ListPartitionReassignmentsRequest
        or CreateTopicsRequest { ValidateOnly: true }
        or CreatePartitionsRequest { ValidateOnly: true }
        or IncrementalAlterConfigsRequest { ValidateOnly: true }
        or AlterConfigsRequest { ValidateOnly: true };

    /// <summary>
    /// Metadata of the topics (null: all; empty: brokers alone), which is remembered. Does not create topics. The same broker is asked
    /// while it answers: brokers hear of a change at different moments, and what one says another may not know yet.
    /// </summary>
    public async Task<MetadataResponse> MetadataAsync(IReadOnlyList<string>? topics, CancellationToken cancellationToken)
    {
        var request = new MetadataRequest
        {
            Topics = topics?.Select(topic => new MetadataRequest.MetadataRequestTopic { Name = topic }).ToList(),
            AllowAutoTopicCreation = false,
        };
        var answer = await UseFirstAsync(
            0,
            (connection, left) => connection.SendAsync(request, cancellationToken, left),
            cancellationToken).ConfigureAwait(false);
        // a broker that has just started may know none yet, itself included: the last view is better than an empty one
        if (answer.Brokers.Count > 0)
        {
            var before = view;
            view = ClusterView.From(answer);
            NoteTheGone(before);
            await DropLinksOfTheGoneAsync().ConfigureAwait(false);
        }

        return answer;
    }

    /// <summary>Asks every known broker at once. Null from <paramref name="request"/> leaves a broker out.</summary>
    public async Task<IReadOnlyDictionary<int, BrokerAnswer<TResponse>>> SendToAllAsync<TResponse>(
        Func<int, IKafkaRequest<TResponse>?> request, CancellationToken cancellationToken, TimeSpan? timeout = null)
        where TResponse : IKafkaResponse
    {
        if (view.Brokers.Count == 0)
        {
            await RefreshAsync(cancellationToken).ConfigureAwait(false);
        }

        var calls = new Dictionary<int, Task<BrokerAnswer<TResponse>>>();
        foreach (var id in view.Brokers.Keys)
        {
            if (request(id) is { } one)
            {
                calls[id] = TrySendAsync(id, one, cancellationToken, timeout);
            }
        }

        var answers = new Dictionary<int, BrokerAnswer<TResponse>>(calls.Count);
        // all are sent by now: the slowest broker sets the time, not the sum of them
        foreach (var (id, call) in calls)
        {
            answers[id] = await call.ConfigureAwait(false);
        }

        return answers;
    }

    /// <summary>As <see cref="SendAsync"/>, with the failure as a value.</summary>
    public Task<BrokerAnswer<TResponse>> TrySendAsync<TResponse>(
        int brokerId, IKafkaRequest<TResponse> request, CancellationToken cancellationToken, TimeSpan? timeout = null)
        where TResponse : IKafkaResponse =>
        BrokerAnswer.OfAsync(() => SendAsync(brokerId, request, cancellationToken, timeout));

    /// <summary>Drops every connection with a reset; calls under way end with the reason.</summary>
    public void Abort(string reason)
    {
        foreach (var link in links.Values)
        {
            link.Abort(reason);
        }
    }

    public async ValueTask DisposeAsync()
    {
        isDisposed = true;
        foreach (var key in links.Keys)
        {
            if (links.TryRemove(key, out var link))
            {
                await link.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    Task RefreshAsync(CancellationToken cancellationToken) => MetadataAsync([], cancellationToken);

    /// <summary>Connected brokers from the given one on, then those not tried, then those that failed last time.</summary>
    List<BrokerLink> Candidates(int first)
    {
        var known = view.Brokers.Values.OrderBy(broker => broker.Id).Select(broker => (broker.Host, broker.Port));
        var addresses = known.Concat(bootstrap).Distinct().ToList();
        // unsigned: the counter of turns overflows to negative numbers in a long life
        var from = (int)((uint)first % addresses.Count);
        return
        [
            .. addresses.Skip(from).Concat(addresses.Take(from))
                .Select(address => Link(address.Host, address.Port))
                // the failed ones last but not left out: when all failed, one of them may be back
                .OrderBy(link => link.IsConnected ? 0 : link.HasFailed ? 2 : 1),
        ];
    }

    /// <exception cref="KafkaUnreachableException">The client is closed.</exception>
    BrokerLink Link(string host, int port)
    {
        var link = links.GetOrAdd(
            (host, port), static (address, cluster) => new BrokerLink(address.Host, address.Port, cluster.Options, cluster.logger), this);
        // after it is added: what is added from now on nobody would close
        if (isDisposed)
        {
            links.TryRemove((host, port), out _);
            throw new KafkaUnreachableException(host, port, BrokerLink.Closed);
        }

        return link;
    }
}
