using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Protocol.Znodes;
using Wire;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Dashboard.Monitoring.Connections;

/// <summary>Where in an ensemble Kafka is, when it is not at the chroot that was given: a chroot is easily forgotten or mistyped.</summary>
static class KafkaPlaces
{
    /// <summary>An ensemble with more at its root is one of many users, and is not searched.</summary>
    const int MostSearched = 50;

    const int MostNamed = 3;

    public static async Task<KafkaAbsence> AbsenceAsync(ZooKeeperClient client, string chroot, CancellationToken cancellationToken)
    {
        var place = chroot.Length == 0 ? "/" : chroot;
        try
        {
            var root = await client.ExistsAsync("/", null, cancellationToken).ConfigureAwait(false);
            if (root is not { NumChildren: <= MostSearched })
            {
                return new(place, []);
            }

            var children = (await client.GetChildrenAsync("/", null, cancellationToken).ConfigureAwait(false)).Children;
            var places = children.Order(StringComparer.Ordinal).Select(name => "/" + name).Prepend("").Where(p => p != chroot);
            var found = await Task.WhenAll(places.Select(async p =>
                (Place: p, Stat: await client.ExistsAsync(p + ZkPaths.BrokerIds, null, cancellationToken).ConfigureAwait(false))))
                .ConfigureAwait(false);
            return new(place, [.. found.Where(p => p.Stat is not null).Take(MostNamed).Select(p => p.Place.Length == 0 ? "/" : p.Place)]);
        }
        catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoAuth)
        {
            return new(place, []);
        }
    }

    /// <param name="path">Of the registrations that are missing.</param>
    public static ZooKeeperException NotThere(KafkaAbsence absence, string path) => new(
        ZooKeeperError.NoNode,
        path,
        absence.Elsewhere.IsEmpty
            ? CodedText.Of(
                "NoRegistrations",
                $"no Kafka broker has ever registered at {absence.Place}. The chroot is what follows the addresses: "
                + $"--zookeeper HOST:PORT,…/chroot")
            : CodedText.Of(
                "RegistrationsElsewhere",
                $"no Kafka broker has ever registered at {absence.Place}, but some have at {string.Join(", ", absence.Elsewhere)}. "
                + $"The chroot is what follows the addresses: --zookeeper HOST:PORT,…/chroot"));
}
