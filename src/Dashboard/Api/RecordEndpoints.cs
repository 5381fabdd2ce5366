using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Security.Access;
using Kafka.Client;

namespace Dashboard.Api;

/// <summary>The key or value of one record as it was written, for a file: pages show the beginning of long ones only.</summary>
static class RecordEndpoints
{
    public static void MapRecords(this RouteGroupBuilder clusters) => clusters
        .MapGet("{cluster}/topics/{topic}/partitions/{partition:int}/records/{offset:long}/{part:regex(^(key|value)$)}", ReadAsync)
        .Requires(AccessKind.Records, AccessAction.Read, "topic").WithTags("Read").WithSummary("The bytes of a record's key or value")
        .Produces<byte[]>(StatusCodes.Status200OK, "application/octet-stream").Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);

    static async Task<IResult> ReadAsync(
        string cluster, string topic, int partition, long offset, string part, IClusterRegistry registry, ICurrentActor who,
        CancellationToken cancellationToken)
    {
        if (registry.Find(cluster) is not { } monitor)
        {
            return Problems.NoCluster(cluster);
        }

        try
        {
            var record = await monitor.Messages.ReadOneAsync(topic, partition, offset, who.Actor, cancellationToken);
            return record is null
                ? Problems.Of(
                    StatusCodes.Status404NotFound, "OFFSET_OUT_OF_RANGE", $"There is no record at offset {offset} of {topic}-{partition}.")
                : (part == "key" ? record.Key : record.Value) is not { } bytes ? Results.NoContent()
                : Results.Bytes([.. bytes], "application/octet-stream", $"{topic}-{partition}-{offset}.{part}");
        }
        catch (KafkaException e)
        {
            return Problems.Of(e);
        }
        catch (InvalidOperationException e) when (!monitor.Current.HasKafka)
        {
            return Problems.Of(StatusCodes.Status404NotFound, "NO_KAFKA", e.Message);
        }
    }
}
