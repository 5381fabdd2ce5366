using Dashboard.Messages.Filters;
using Dashboard.Messages.Scanning;
using Kafka.Client;

namespace Dashboard.Api.Streams;

/// <summary>
/// A scan as an answer: written as records are found, as fast as its reader reads, and ended with him. Where a file has no place to say
/// that something is missing, the connection is broken off at its end: a reader takes what ends so for cut, and never for whole. (Trailers
/// of HTTP are shown neither by browsers nor by curl -O.)
/// </summary>
/// <param name="steps">At the first one.</param>
/// <param name="file">What a browser calls the file; null: it is shown.</param>
sealed class MessageStream(
    IAsyncEnumerator<ScanStep> steps, string contentType, string? file, Func<HttpContext, IMessageWriter> open) : IResult
{
    public async Task ExecuteAsync(HttpContext context)
    {
        await using var ending = steps;
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-store";
        if (file is not null)
        {
            context.Response.Headers.ContentDisposition = new System.Net.Mime.ContentDisposition { FileName = file }.ToString();
        }

        bool isWhole;
        await using (var writer = open(context))
        {
            isWhole = await WriteAsync(writer, context.RequestAborted);
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        if (!isWhole)
        {
            // after the flush: what was found is to arrive before the connection breaks
            context.Abort();
        }
    }

    async Task<bool> WriteAsync(IMessageWriter writer, CancellationToken cancellationToken)
    {
        while (true)
        {
            foreach (var found in steps.Current.Found)
            {
                await writer.WriteAsync(found, cancellationToken);
            }

            await writer.FlushAsync(cancellationToken);
            var progress = steps.Current.Progress;
            try
            {
                if (progress.IsOver || !await steps.MoveNextAsync())
                {
                    return await writer.EndAsync(progress, null, cancellationToken);
                }
            }
            catch (Exception e) when (e is FilterException or KafkaException)
            {
                return await writer.EndAsync(progress, e.Message, cancellationToken);
            }
        }
    }

    /// <summary>All that was asked for was read: the range, or as many records as were wanted.</summary>
    public static bool IsWhole(ScanProgress progress, string? failure) =>
        failure is null && (progress.IsComplete || progress.Found >= progress.Query.Limit)
        && progress.Partitions.All(p => p.Unreadable.Length == 0);
}
