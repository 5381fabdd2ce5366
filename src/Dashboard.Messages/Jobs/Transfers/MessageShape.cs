using System.Globalization;
using System.Text;
using Dashboard.Monitoring;
using Kafka.Client.Producing;
using Kafka.Protocol.Records;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>From a record that was read to one that is written: key and value byte for byte.</summary>
/// <param name="mark">Null: without the job's mark.</param>
sealed class MessageShape(TransferRequest request, string? mark, TimeProvider time)
{
    public const string SourceTopic = "castellan.source.topic";
    public const string SourcePartition = "castellan.source.partition";
    public const string SourceOffset = "castellan.source.offset";

    /// <summary>JOB/PARTITION/OFFSET of the source: where there are no transactions, a record is found again by it.</summary>
    public const string Mark = "castellan.job";

    public ProducerRecord Of(RecordToWrite written)
    {
        var record = written.Record;
        return new ProducerRecord(
            written.Topic,
            written.Partition,
            record.Key?.AsMemory(),
            record.Value?.AsMemory(),
            // -1: the record has none, and gets the time at which it is written
            request.KeepTimestamps && record.Timestamp >= 0 ? record.Timestamp : time.GetUtcNow().ToUnixTimeMilliseconds())
        {
            Headers = [.. Headers(record)],
        };
    }

    IEnumerable<RecordHeader> Headers(MessageView record)
    {
        foreach (var header in request.KeepHeaders ? record.Headers : [])
        {
            yield return new(header.Name, header.Value?.AsMemory());
        }

        if (request.TellsSource)
        {
            yield return new(SourceTopic, Encoding.UTF8.GetBytes(request.Source.Topic));
            yield return new(SourcePartition, Text(record.Partition));
            yield return new(SourceOffset, Text(record.Offset));
        }

        if (mark is not null)
        {
            yield return new(Mark, Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"{mark}/{record.Partition}/{record.Offset}")));
        }
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
