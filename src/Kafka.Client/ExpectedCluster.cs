using System.Collections.Immutable;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Wire;

namespace Kafka.Client;

/// <summary>An address of a cluster at which a broker of another one answers.</summary>
/// <param name="Address">HOST:PORT, as this cluster has it.</param>
/// <param name="ClusterId">Of the other.</param>
/// <param name="Since">When that was first seen.</param>
public sealed record ForeignBroker(string Address, string ClusterId, DateTimeOffset Since);

/// <summary>
/// Which cluster is behind a client's addresses: the one that its owner knows it to be, or else the one that answered first. Each
/// connection is asked before it is used, and a broker of another cluster, which has taken the port of one that is gone, is asked nothing
/// more: its topics are not this cluster's. Shared by all clients of a cluster. Thread safe.
/// </summary>
/// <param name="owned">The id of a cluster that is hosted here; null, or null from it: not known.</param>
public sealed class ExpectedCluster(TimeProvider time, Func<string?>? owned = null)
{
    /// <summary>
    /// After so long without a broker of the cluster, another one at its addresses has taken its place: a cluster that is set up anew
    /// starts broker by broker, and perhaps with fewer.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Lock gate = new();
    string? first;
    long answeredAt = time.GetTimestamp();
    ImmutableDictionary<(string Host, int Port), ForeignBroker> foreign = ImmutableDictionary<(string, int), ForeignBroker>.Empty;

    /// <summary>Null before a broker answered.</summary>
    public string? Id => owned?.Invoke() ?? Volatile.Read(ref first);

    /// <summary>Its owner knows which cluster it is: the addresses are its own, whoever listens there.</summary>
    internal bool IsOwned => owned?.Invoke() is not null;

    /// <summary>By address. As many as there are addresses.</summary>
    public ImmutableArray<ForeignBroker> Foreign =>
        [.. Volatile.Read(ref foreign).Values.OrderBy(broker => broker.Address, StringComparer.Ordinal)];

    /// <summary>Asks which cluster it is of. A process keeps that for as long as it runs: once is enough for a connection.</summary>
    /// <exception cref="KafkaUnreachableException">Of another one, or it ended.</exception>
    /// <exception cref="KafkaTimeoutException">No answer.</exception>
    internal async Task RequireAsync(KafkaConnection connection, TimeSpan deadline, CancellationToken cancellationToken)
    {
        // a cluster's id came with Kafka 0.10.1 (KIP-78)
        if (!connection.Supports(ApiKey.Metadata, 2))
        {
            return;
        }

        try
        {
            var request = new MetadataRequest { Topics = [], AllowAutoTopicCreation = false };
            var answer = await connection.SendAsync(request, cancellationToken, deadline).ConfigureAwait(false);
            Require(connection.Host, connection.Port, answer.ClusterId);
        }
        catch (KafkaTimeoutException e)
        {
            throw e.BeforeRequest();
        }
        catch (KafkaUnreachableException e) when (e.MayHaveHappened)
        {
            throw e.BeforeRequest();
        }
    }

    /// <param name="said">What a broker there says it is of; null, from one before 0.10.1, is believed.</param>
    /// <exception cref="KafkaUnreachableException">It is of another cluster.</exception>
    void Require(string host, int port, string? said)
    {
        lock (gate)
        {
            var expected = owned?.Invoke() ?? (first ??= said);
            if (said is null || said == expected)
            {
                foreign = foreign.Remove((host, port));
                return;
            }

            var since = foreign.TryGetValue((host, port), out var known) && known.ClusterId == said ? known.Since : time.GetUtcNow();
            foreign = foreign.SetItem((host, port), new(HostPort.Format(host, port), said, since));
            throw KafkaUnreachableException.OfOtherCluster(host, port, said, expected!);
        }
    }

    /// <summary>Nobody answers there, or it is no address of the cluster any longer.</summary>
    internal void Forget(string host, int port)
    {
        lock (gate)
        {
            foreign = foreign.Remove((host, port));
        }
    }

    /// <summary>A broker of the cluster did.</summary>
    internal void NoteAnswer() => Volatile.Write(ref answeredAt, time.GetTimestamp());

    /// <summary>
    /// No broker of the cluster can be reached. Whether another cluster has taken its place for good: at all of its addresses at once, or
    /// at those that answer, for a while. It is the expected one then. Never for a cluster that its owner knows.
    /// </summary>
    /// <param name="failures">One for each address.</param>
    internal bool Gives(IReadOnlyCollection<KafkaException> failures)
    {
        var others = failures.Select(failure => (failure as KafkaUnreachableException)?.OtherCluster).ToList();
        var other = others.FirstOrDefault(id => id is not null);
        lock (gate)
        {
            if (other is null || owned?.Invoke() is not null
                || others.Any(id => id is not null && id != other)
                || (others.Contains(null) && time.GetElapsedTime(answeredAt) < Patience))
            {
                return false;
            }

            (first, foreign) = (other, foreign.Clear());
            return true;
        }
    }
}
