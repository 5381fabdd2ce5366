using Dashboard.Messages.Filters;
using Dashboard.Messages.Scanning;
using Kafka.Client;

namespace Dashboard.Api.Streams;

/// <summary>
/// What is written to a topic, a line each as it comes, until its reader goes, or may not read it any longer, or the program ends. At
/// first, and every ten seconds, a summary says how far it is, and gives next: what follows comes with it, once.
/// </summary>
/// <param name="steps">At the first one.</param>
/// <param name="whyNot">Asked with each step: why it may not go on, one sentence.</param>
sealed class FollowStream(
    IAsyncEnumerator<FollowStep> steps, Func<string?> whyNot, TimeProvider time, CancellationToken ending) : IResult
{
    static readonly TimeSpan telling = TimeSpan.FromSeconds(10);

    public async Task ExecuteAsync(HttpContext context)
    {
        await using var ended = steps;
        context.Response.ContentType = "application/x-ndjson";
        context.Response.Headers.CacheControl = "no-store";
        await using var lines = new MessageLines(context.Response.BodyWriter);
        long? last = null;
        while (true)
        {
            foreach (var found in steps.Current.Found)
            {
                await lines.WriteAsync(found, context.RequestAborted);
            }

            var (progress, why) = (steps.Current.Progress, Why());
            if (why is not null || last is not { } at || time.GetElapsedTime(at) >= telling)
            {
                last = time.GetTimestamp();
                lines.Write(progress, why);
            }

            await lines.FlushAsync(context.RequestAborted);
            if (why is not null)
            {
                return;
            }

            try
            {
                await steps.MoveNextAsync();
            }
            catch (Exception e) when (e is FilterException or KafkaException
                || (e is OperationCanceledException && ending.IsCancellationRequested))
            {
                lines.Write(progress, e is OperationCanceledException ? Why() : e.Message);
                await lines.FlushAsync(context.RequestAborted);
                return;
            }
        }
    }

    string? Why() => ending.IsCancellationRequested ? "The program ends." : whyNot();
}
