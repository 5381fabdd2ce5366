using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;

namespace Dashboard.Components.Features.Messages.Readings;

/// <summary>Reads single records that an address names, decoded as it says, whether or not the list has them.</summary>
sealed class MessageLens(IMessageScanner scanner, IClusterMonitor cluster, string topic, Actor actor)
{
    /// <summary>As an address names it: PARTITION:OFFSET.</summary>
    public static string PlaceOf(FoundRecord record) => $"{record.Message.Partition}:{record.Message.Offset}";

    /// <param name="place">PARTITION:OFFSET.</param>
    public static (int Partition, long Offset)? Place(string? place) =>
        place?.Split(':') is [var partition, var offset]
        && int.TryParse(partition, out var number) && number >= 0 && long.TryParse(offset, out var position) && position >= 0
            ? (number, position)
            : null;

    /// <returns>Null: there is none at this place.</returns>
    /// <exception cref="Kafka.Client.KafkaException">Its leader does not answer.</exception>
    /// <exception cref="ArgumentException">The topic has no such partition.</exception>
    public async Task<FoundRecord?> ReadAsync(
        (int Partition, long Offset) place, CancellationToken cancellationToken, string? keyFormat = null, string? valueFormat = null)
    {
        var one = new ScanQuery(topic)
        {
            From = new(ScanBoundKind.Offset, place.Offset),
            To = new(ScanBoundKind.Offset, place.Offset + 1),
            Partitions = [place.Partition],
            Isolation = Kafka.Client.Admin.IsolationLevel.ReadUncommitted,
            BytesKept = MessageView.BytesKept,
            KeyFormat = keyFormat,
            ValueFormat = valueFormat,
        };
        FoundRecord? found = null;
        await foreach (var step in scanner.ScanAsync(cluster, one, actor, CancellationToken.None, cancellationToken))
        {
            var failed = step.Progress.Partitions.Select(p => p.Error).FirstOrDefault(error => error is not null);
            found = step.Found.FirstOrDefault() ?? found
                ?? (step.Progress.IsOver && failed is not null ? throw new Kafka.Client.KafkaException(
                    Kafka.Protocol.ErrorCode.LeaderNotAvailable, failed.Message) : null);
        }

        return found;
    }
}
