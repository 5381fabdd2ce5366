using Dashboard.Api.Streams;
using Dashboard.Messages.Columns;
using Dashboard.Messages.Filters;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Security.Access;
using Kafka.Client;
using Kafka.Protocol;

namespace Dashboard.Api;

/// <summary>The records of a topic, as a stream that is written as they are found and ends with its reader.</summary>
static class MessageEndpoints
{
    const string Ndjson = "ndjson", Zip = "zip", Lines = "application/x-ndjson";

    public static void MapMessages(this RouteGroupBuilder clusters) => clusters
        .MapGet("{cluster}/topics/{topic}/messages", ReadAsync)
        .Requires(AccessKind.Records, AccessAction.Read, "topic").WithTags("Read")
        .WithSummary("Records of a topic: read from one end to the other, searched, one JSON object a line, and a summary as the last line")
        .WithDescription(
            "Each record is {partition, offset, timestamp (in ms), key, keyFormat, value, valueFormat, valueSize, "
            + "headers: [{name, value}], schema}; bytes that are no text are {\"base64\": …}. The last line is {\"summary\": {scanned, "
            + "bytes, partitions: {\"0\": {from, to, done}}, complete, next}}, with error where a partition could not be read. "
            + "from and to are newest, oldest, offset:N or time:ISO8601; the range has the lower end and not the upper one, and is read "
            + "from from to to. filter is text:, textIgnoreCase: or regex: (key, value, headers), json:PATH=VALUE or cel:EXPRESSION (over "
            + "key, value, headers, partition, offset, timestamp in ms, size). The summary says which offsets of each partition were "
            + "looked at; complete is true when that is the whole range, and next goes into continue to go on where it ended. "
            + "view=latest gives of each key its last record, and ends at the limit or at 100,000 keys; next goes on with others. "
            + "keyFormat and valueFormat say how to decode. "
            + "format=ndjson, csv or zip is a file of all that is found, without a limit where none is given; columns chooses those of "
            + "csv. A csv that is not whole, and a zip whose search failed, break the connection off at their end. follow=true gives what "
            + "is written from from on, without end; a summary at first and every ten seconds has next, from which another one goes on.")
        .Produces<string>(StatusCodes.Status200OK, Lines).ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .ProducesProblem(StatusCodes.Status504GatewayTimeout);

    static async Task<IResult> ReadAsync(
        string cluster, string topic, [AsParameters] MessagesAsked asked, IClusterRegistry registry, IMessageScanner scanner,
        ICurrentActor who, TimeProvider time, IHostApplicationLifetime lifetime, HttpResponse response,
        CancellationToken cancellationToken)
    {
        if (registry.Find(cluster) is not { } monitor)
        {
            return Problems.NoCluster(cluster);
        }

        try
        {
            var query = asked.Read(topic);
            // what is wrong with the question shows at the first step, while there is another answer than a stream
            return asked.Follow == true
                ? await FollowAsync(monitor, query, scanner, who, time, response, lifetime.ApplicationStopping, cancellationToken)
                : await ScanAsync(monitor, query, asked, scanner, who, time, cancellationToken);
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
        catch (KafkaException e) when (e.Code == ErrorCode.UnknownTopicOrPartition)
        {
            return Problems.Of(StatusCodes.Status404NotFound, e.CodeName, $"There is no topic {topic}.");
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

    static async Task<IResult> ScanAsync(
        IClusterMonitor monitor, ScanQuery query, MessagesAsked asked, IMessageScanner scanner, ICurrentActor who,
        TimeProvider time, CancellationToken cancellationToken)
    {
        var columns = RecordColumn.Parse(asked.Columns);
        var (type, file, open) = Form(asked.Format, query.Topic);
        var steps = scanner.ScanAsync(monitor, query, who.Actor, CancellationToken.None, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        return await steps.MoveNextAsync() ? new MessageStream(steps, type, file, open) : Results.NoContent();

        (string Type, string? File, Func<HttpContext, IMessageWriter> Open) Form(string? format, string name) => format switch
        {
            null or "" => (Lines, null, context => new MessageLines(context.Response.BodyWriter)),
            Ndjson => (Lines, $"{name}.ndjson", context => new MessageLines(context.Response.BodyWriter)),
            MessagesAsked.Csv => ("text/csv", $"{name}.csv", context => new MessageCsv(context.Response.Body, columns)),
            Zip => ("application/zip", $"{name}.zip", context => new MessageZip(context.Response.BodyWriter, time)),
            _ => throw new FormatException($"format: \"{format}\" is none of {Ndjson}, {MessagesAsked.Csv} and {Zip}."),
        };
    }

    static async Task<IResult> FollowAsync(
        IClusterMonitor monitor, ScanQuery query, IMessageScanner scanner, ICurrentActor who, TimeProvider time,
        HttpResponse response, CancellationToken ending, CancellationToken cancellationToken)
    {
        // the answer goes on for as long as its reader likes: rules and accounts are looked at again with each step
        var reader = new FollowReader(who.Lasting, monitor.Id, query.Topic);
        var ended = CancellationTokenSource.CreateLinkedTokenSource(ending, cancellationToken);
        response.RegisterForDispose(ended); // or it stays registered with ending for as long as the program runs
        var steps = scanner.FollowAsync(monitor, query, reader.Actor, mostBehind: null, ended.Token).GetAsyncEnumerator(ended.Token);
        return await steps.MoveNextAsync() ? new FollowStream(steps, reader.WhyNot, time, ending) : Results.NoContent();
    }
}
