using System.Text.Json.Nodes;

namespace Interop.Tests.Outages;

/// <summary>Something that goes wrong with a cluster, what is told of it meanwhile, and how it is mended.</summary>
/// <param name="During">What REST answers once it is noticed; all of it has to hold at once.</param>
public sealed record Outage(Func<Task> Break, IReadOnlyList<Told> During, Func<Task> Mend)
{
    /// <summary>A line of /metrics, meanwhile.</summary>
    public string? Metric { get; init; }

    /// <summary>A page below the cluster, and words on it, meanwhile.</summary>
    public (string Page, string Words)? Shown { get; init; }
}

/// <param name="Path">Below the cluster.</param>
/// <param name="Answer">Of the whole answer: value, asOf and error.</param>
public sealed record Told(string Path, Func<JsonNode, bool> Answer, string What);
