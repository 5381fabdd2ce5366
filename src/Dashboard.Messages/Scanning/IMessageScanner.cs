using Dashboard.Messages.Filters;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Kafka.Client;

namespace Dashboard.Messages.Scanning;

/// <summary>Reads and searches the records of a topic, over any range, in memory that does not grow with it.</summary>
public interface IMessageScanner
{
    /// <summary>
    /// Steps as they come; the last one says what was looked at. Ends when its reader does, and reads no more of the cluster then.
    /// </summary>
    /// <param name="actor">Records are filtered and given as it may see them.</param>
    /// <param name="stop">Ends the scan where it is: what was found so far is given, and the last step has where to go on.</param>
    /// <exception cref="KafkaException">There is no such topic, or no broker can be asked.</exception>
    /// <exception cref="ArgumentException">A partition is asked for that the topic does not have.</exception>
    /// <exception cref="FilterException">The filter cannot be decided.</exception>
    IAsyncEnumerable<ScanStep> ScanAsync(
        IClusterMonitor cluster, ScanQuery query, Actor actor, CancellationToken stop, CancellationToken cancellationToken);

    /// <summary>
    /// What is written from <see cref="ScanQuery.From"/> on, and what comes after it, until its reader ends it: there is no last step. A
    /// leader that cannot be asked is asked again; what it holds back comes then.
    /// </summary>
    /// <param name="query">Without an upper end; a limit has no meaning here.</param>
    /// <param name="mostBehind">
    /// So many offsets of a partition may wait to be read; past that they are passed over, and counted. Null: nothing is passed over.
    /// </param>
    /// <exception cref="KafkaException">At the first step, as above.</exception>
    /// <exception cref="ArgumentException">A partition is asked for that the topic does not have.</exception>
    IAsyncEnumerable<FollowStep> FollowAsync(
        IClusterMonitor cluster, ScanQuery query, Actor actor, long? mostBehind, CancellationToken cancellationToken);
}
