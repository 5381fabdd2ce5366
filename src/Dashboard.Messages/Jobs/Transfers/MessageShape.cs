using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>From a record that was read to one that is written: key and value byte for byte.</summary>
/// <param name="mark">Null: without the job's mark.</param>
sealed class MessageShape(TransferRequest request, string? mark)
{
    public const string SourceTopic = "castellan.source.topic";
    public const string SourcePartition = "castellan.source.partition";
    public const string SourceOffset = "castellan.source.offset";

    /// <summary>JOB/PARTITION/OFFSET of the source: where there are no transactions, a record is found again by it.</summary>
    public const string Mark = "castellan.job";

    public Message<byte[]?, byte[]?> Of(MessageView record)
    {
        var message = new Message<byte[]?, byte[]?>
        {
            Key = record.Key is { } key ? [.. key] : null,
            Value = record.Value is { } value ? [.. value] : null,
            Headers = [],
        };
        // -1: the record has none, and the client would refuse it
        if (request.KeepTimestamps && record.Timestamp >= 0)
        {
            message.Timestamp = new Timestamp(record.Timestamp, TimestampType.CreateTime);
        }

        foreach (var header in request.KeepHeaders ? record.Headers : [])
        {
            message.Headers.Add(header.Name, header.Value is { } bytes ? [.. bytes] : null);
        }

        if (request.TellsSource)
        {
            message.Headers.Add(SourceTopic, Encoding.UTF8.GetBytes(request.Source.Topic));
            message.Headers.Add(SourcePartition, Text(record.Partition));
            message.Headers.Add(SourceOffset, Text(record.Offset));
        }

        if (mark is not null)
        {
            message.Headers.Add(Mark, Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"{mark}/{record.Partition}/{record.Offset}")));
        }

        return message;
    }

    /// <summary>The place in the source that a mark of this job names; null: it has none.</summary>
    public static (int Partition, long Offset)? PlaceOf(MessageView record, string job)
    {
        foreach (var header in record.Headers)
        {
            if (header is { Name: Mark, Value: { } value }
                && Encoding.UTF8.GetString(value.AsSpan()).Split('/') is [var of, var partition, var offset] && of == job
                && int.TryParse(partition, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var at))
            {
                return (number, at);
            }
        }

        return null;
    }

    static byte[] Text(long number) => Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
