using Dashboard.Messages.Filters;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Security.Access;
using Kafka.Client;

namespace Dashboard.Api;

/// <summary>The records of a topic, as a stream that is written as they are found and ends with its reader.</summary>
static class MessageEndpoints
{
    const string Lines = "application/x-ndjson";

    public static void MapMessages(this RouteGroupBuilder clusters) => clusters
        .MapGet("{cluster}/topics/{topic}/messages", ReadAsync)
        .Requires(AccessKind.Records, AccessAction.Read, "topic").WithTags("Read")
        .WithSummary("Records of a topic: read from one end to the other, searched, one JSON object a line, and a summary as the last line")
        .WithDescription(
            "from and to are newest, oldest, offset:N or time:ISO8601; the range has the lower end and not the upper one, and is read from "
            + "from to to. filter is text:, textIgnoreCase: or regex: (key, value, headers), json:PATH=VALUE or cel:EXPRESSION (over key, "
            + "value, headers, partition, offset, timestamp in ms, size). The summary says of each partition which offsets were looked at; "
            + "complete is true when that is the whole range, and next goes into continue to go on where this answer ended.")
        .Produces<string>(StatusCodes.Status200OK, Lines).ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .ProducesProblem(StatusCodes.Status504GatewayTimeout);

    static async Task<IResult> ReadAsync(
        string cluster, string topic, string? from, string? to, string? partitions, string? limit, string? filter, string? isolation,
        string? @continue, IClusterRegistry registry, IMessageScanner scanner, ICurrentActor who, CancellationToken cancellationToken)
    {
        if (registry.Find(cluster) is not { } monitor)
        {
            return Problems.NoCluster(cluster);
        }

        try
        {
            var query = new ScanQueryText(from, to, partitions, limit, filter, isolation, @continue).Read(topic);
            var steps = scanner.ScanAsync(monitor, query, who.Actor, CancellationToken.None, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            // what is wrong with the question shows at the first step, while there is another answer than a stream
            return await steps.MoveNextAsync() ? new Stream(steps) : Results.NoContent();
        }
        catch (FormatException e)
        {
            return Problems.Unreadable(e.Message);
        }
        catch (ArgumentException e)
        {
            return Problems.Unreadable($"partitions: {e.Message}");
        }
        catch (FilterException e)
        {
            return Problems.Unreadable($"filter: {e.Message}");
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

    /// <param name="steps">At the first one.</param>
    sealed class Stream(IAsyncEnumerator<ScanStep> steps) : IResult
    {
        public async Task ExecuteAsync(HttpContext context)
        {
            await using var ending = steps;
            context.Response.ContentType = Lines;
            context.Response.Headers.CacheControl = "no-store";
            using var lines = new MessageLines(context.Response.BodyWriter);
            string? failure = null;
            ScanProgress progress;
            do
            {
                progress = steps.Current.Progress;
                foreach (var found in steps.Current.Found)
                {
                    lines.Write(found);
                    if (context.Response.BodyWriter.UnflushedBytes > 64 << 10)
                    {
                        await lines.FlushAsync(context.RequestAborted);
                    }
                }

                await lines.FlushAsync(context.RequestAborted);
                try
                {
                    if (progress.IsOver || !await steps.MoveNextAsync())
                    {
                        break;
                    }
                }
                catch (Exception e) when (e is FilterException or KafkaException)
                {
                    failure = e.Message;
                }
            }
            while (failure is null);

            lines.Write(progress, failure);
            await lines.FlushAsync(context.RequestAborted);
        }
    }
}
