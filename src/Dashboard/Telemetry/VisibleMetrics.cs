using System.Text;
using System.Text.RegularExpressions;
using Dashboard.Monitoring.Access;

namespace Dashboard.Telemetry;

/// <summary>A scrape for somebody who may not see every cluster: without the samples of those.</summary>
static partial class VisibleMetrics
{
    /// <param name="scrape">Writes all of them into the response.</param>
    public static async Task WriteAsync(HttpContext context, Actor actor, Func<HttpContext, Task> scrape)
    {
        var body = context.Response.Body;
        using var all = new MemoryStream();
        context.Response.Body = all;
        try
        {
            await scrape(context);
        }
        finally
        {
            context.Response.Body = body;
        }

        context.Response.ContentLength = null;
        all.Position = 0;
        using var reader = new StreamReader(all);
        await using var writer = new StreamWriter(body, new UTF8Encoding(false)) { NewLine = "\n" };
        var seen = new Dictionary<string, bool>();
        while (await reader.ReadLineAsync(context.RequestAborted) is { } line)
        {
            if (line is ['#', ..] || !Cluster.IsMatch(line) || Sees(Cluster.Match(line).Groups[1].Value))
            {
                await writer.WriteLineAsync(line);
            }
        }

        bool Sees(string cluster) => seen.TryGetValue(cluster, out var known) ? known : seen[cluster] = actor.Sees(cluster);
    }

    [GeneratedRegex("[{,]cluster=\"([^\"]*)\"")]
    private static partial Regex Cluster { get; }
}
