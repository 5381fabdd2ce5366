using Kafka.Broker.Configuration;
using Kafka.Protocol;
using Wire.Files;

namespace Kafka.Broker.Log;

/// <summary>A replica that this broker is to take.</summary>
sealed record WantedLog(TopicPartition TopicPartition, Guid TopicId, LogConfig Config);

/// <summary>
/// The files of a replica, made or looked up beside the replica loop, which takes them over (<see cref="LogManager.Adopt"/>). Disposing one
/// that was not taken closes its files; what was made stays on disk, empty.
/// </summary>
sealed class PreparedLog : IDisposable
{
    LogState? made;

    PreparedLog(LogDir directory, LogState? made, Guid topicId, IOException? failure)
    {
        Directory = directory;
        this.made = made;
        TopicId = topicId;
        Failure = failure;
    }

    public LogDir Directory { get; }

    /// <summary>The topic to which the files belong; empty when it is not known.</summary>
    public Guid TopicId { get; }

    /// <summary>Why the directory cannot be used; null when all went well.</summary>
    public IOException? Failure { get; }

    public static PreparedLog Prepare(WantedLog wanted, LogDir directory, bool exists, IDisk disk, TimeProvider time)
    {
        LogState? made = null;
        try
        {
            var topicId = Guid.Empty;
            if (exists)
            {
                topicId = directory.ReadTopicId(wanted.TopicPartition);
            }
            else
            {
                var path = directory.DirectoryOf(wanted.TopicPartition);
                // nothing to recover: a directory with records in it would have been loaded at the start
                made = LogLoader.Load(wanted.TopicPartition, path, wanted.Config, new LogHints(true), disk, time);
            }

            // new, written before topic ids (Kafka 2.8) or torn: it is taken for the topic that the controller names
            if (topicId == Guid.Empty && wanted.TopicId != Guid.Empty)
            {
                directory.WriteTopicId(wanted.TopicPartition, wanted.TopicId);
                topicId = wanted.TopicId;
            }

            return new PreparedLog(directory, made, topicId, null);
        }
        catch (IOException e)
        {
            Close(made);
            return new PreparedLog(directory, null, Guid.Empty, e);
        }
    }

    /// <summary>The files that were made, from now on the caller's; null when the log existed.</summary>
    public LogState? TakeMade() => Interlocked.Exchange(ref made, null);

    public void Dispose() => Close(TakeMade());

    static void Close(LogState? state)
    {
        foreach (var segment in state?.Segments ?? [])
        {
            segment.Dispose();
        }
    }
}
