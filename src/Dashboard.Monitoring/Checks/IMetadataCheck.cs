using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring;

/// <summary>Compares what a cluster's brokers believe with what ZooKeeper, or in KRaft mode the best informed broker, says.</summary>
public interface IMetadataCheck
{
    /// <summary>
    /// Asks all of them; a check that is younger than some seconds is given again. Where something differs it takes some seconds longer:
    /// what differs is looked at twice, since what is only on its way is no difference.
    /// </summary>
    Task<Section<DifferenceTable>> ReadAsync(CancellationToken cancellationToken);
}
