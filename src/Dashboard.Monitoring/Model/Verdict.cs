using System.Collections.Immutable;

namespace Dashboard.Monitoring.Model;

/// <summary>What a page says of its subject in one breath: its title, a pill, a state.</summary>
/// <param name="IsCurrent">False when it rests on a reading that is old: it then says of when it is.</param>
/// <param name="Phrases">One after the other.</param>
public sealed record Verdict(Severity Severity, bool IsCurrent, ImmutableArray<Phrase> Phrases)
{
    /// <summary>Nothing was read yet, or a reading failed before anything was known.</summary>
    public bool IsKnown { get; init; } = true;

    public static Verdict Of(Severity severity, Phrase phrase) => new(severity, true, [phrase]);

    /// <summary>The same of an earlier time.</summary>
    public Verdict AsOf(DateTimeOffset? at) =>
        at is { } time
            ? this with { IsCurrent = false, Phrases = Phrases.Add(Phrase.Of("Verdict_LastRead", time)) }
            : this with { IsCurrent = false };

    public Verdict And(Phrase phrase) => this with { Phrases = Phrases.Add(phrase) };
}

/// <summary>A sentence in the reader's language.</summary>
/// <param name="Key">Of the resources.</param>
/// <param name="Arguments">
/// Numbers, names, times (<see cref="DateTimeOffset"/>, written in the reader's zone) and durations (<see cref="TimeSpan"/>).
/// </param>
public sealed record Phrase(string Key, ImmutableArray<object?> Arguments)
{
    public static Phrase Of(string key, params ReadOnlySpan<object?> arguments) => new(key, [.. arguments]);
}

/// <summary>Of a cluster's topics, how many are in which trouble.</summary>
/// <param name="Offline">With a partition without a leader.</param>
/// <param name="Refused">All of them led, and writes with acks=all are refused.</param>
public readonly record struct TopicCounts(int All, int Offline, int Refused, int UnderReplicated)
{
    public static TopicCounts Of(TopicTable topics)
    {
        var (offline, refused, under) = (0, 0, 0);
        foreach (var topic in topics.Topics)
        {
            var isOffline = topic.Partitions.Any(p => p.IsOffline);
            offline += isOffline ? 1 : 0;
            refused += !isOffline && topic.Partitions.Any(p => p.IsUnderMinIsr) ? 1 : 0;
            under += topic.Partitions.Any(p => p.IsUnderReplicated) ? 1 : 0;
        }

        return new(topics.Topics.Length, offline, refused, under);
    }
}
