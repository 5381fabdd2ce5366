using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring;

/// <summary>Reads the sessions of an ensemble when they are asked for: on a busy server that is expensive.</summary>
public interface ISessionReader
{
    /// <summary>
    /// From all servers at once; a reading that is younger than two seconds is given again. An error without a value where no server
    /// answered, or where the cluster has no ensemble.
    /// </summary>
    Task<Section<SessionTable>> ReadAsync(CancellationToken cancellationToken);
}
