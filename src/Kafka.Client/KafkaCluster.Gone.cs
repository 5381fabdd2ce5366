using System.Collections.Immutable;

namespace Kafka.Client;

/// <summary>Brokers that are in the metadata no longer, and who came into their place.</summary>
public sealed partial class KafkaCluster
{
    /// <summary>More have moved than were lost: they are not looked at.</summary>
    const int MostLeft = 20;

    /// <summary>Where brokers were that are in the metadata no longer; the last of them.</summary>
    ImmutableHashSet<(string Host, int Port)> left = [];

    /// <summary>
    /// Looks who listens where brokers were that have left the cluster, and at its own addresses of one that is hosted: another cluster's
    /// is noted in <see cref="KafkaClientOptions.Cluster"/>. Nothing else is asked there.
    /// </summary>
    public async Task LookAtTheGoneAsync(CancellationToken cancellationToken)
    {
        if (Options.Cluster is { } expected)
        {
            var here = AddressesOf(view);
            var gone = (expected.IsOwned ? left.Union(bootstrap) : left).Where(address => !here.Contains(address));
            await Task.WhenAll(gone.Select(address => LookAtAsync(expected, address.Host, address.Port, cancellationToken)))
                .ConfigureAwait(false);
        }
    }

    async Task LookAtAsync(ExpectedCluster expected, string host, int port, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await KafkaConnection.ConnectAsync(host, port, Options, cancellationToken).ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (KafkaUnreachableException e) when (e.OtherCluster is not null)
        {
            // noted
        }
        catch (KafkaException)
        {
            expected.Forget(host, port);
        }
    }

    void NoteTheGone(ClusterView before)
    {
        if (Options.Cluster is { } expected && before.ClusterId == view.ClusterId)
        {
            var here = AddressesOf(view);
            var all = left.Union(AddressesOf(before)).Except(here);
            left = all.Count <= MostLeft ? all : [];
        }
        else
        {
            left = [];
        }
    }

    /// <summary>A broker that left, or came back elsewhere, leaves no connection behind.</summary>
    async ValueTask DropLinksOfTheGoneAsync()
    {
        var here = AddressesOf(view);
        foreach (var address in links.Keys)
        {
            var known = bootstrap.Contains(address) || here.Contains(address);
            if (!known && links.TryRemove(address, out var link))
            {
                await link.DisposeAsync().ConfigureAwait(false);
                Options.Cluster?.Forget(address.Host, address.Port);
            }
        }
    }

    static HashSet<(string Host, int Port)> AddressesOf(ClusterView view) =>
        [.. view.Brokers.Values.Select(broker => (broker.Host, broker.Port))];
}
