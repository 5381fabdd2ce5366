using System.Collections.Immutable;

namespace Dashboard.Monitoring.Commands;

/// <summary>How a command ended. Only what was answered or observed is said to be done, or not done.</summary>
public enum CommandEnd
{
    /// <summary>All of it: Kafka said so, or the cluster shows it.</summary>
    Done,

    /// <summary>Kafka refused some or all of it; the rest was done.</summary>
    Refused,

    /// <summary>It could not be sent: nothing was changed.</summary>
    NotSent,

    /// <summary>It was sent and not answered, and the cluster does not show all of it. It may still come.</summary>
    Unknown,
}

/// <param name="Done">How many of its subjects (the topic, or partitions) were done.</param>
/// <param name="Refusals">What Kafka refused.</param>
public sealed record CommandResult(CommandEnd End, int Done, ImmutableArray<Refusal> Refusals, DateTimeOffset At)
{
    public bool Succeeded => End == CommandEnd.Done;

    /// <summary>Why it was not sent, or why no answer came; null when all of it was answered.</summary>
    public Refusal? Reason { get; init; }

    /// <summary>What the cluster showed of what was not answered.</summary>
    public ImmutableArray<Sighting> Seen { get; init; } = [];

    /// <summary>Of a topic that was to be made anew, is gone, and was not made: what makes it as it was.</summary>
    public CreateTopic? Again { get; init; }

    /// <summary>Everything that keeps it from being done, as one list.</summary>
    public ImmutableArray<Refusal> Faults => Succeeded || Reason is null ? Refusals : [Reason, .. Refusals];

    /// <summary>The two, run one after the other, as one: it ended as the worse of both.</summary>
    public CommandResult Then(CommandResult next) => new(
        End > next.End ? End : next.End, Done + next.Done, Refusals.AddRange(next.Refusals), next.At)
    {
        Reason = next.Reason ?? Reason,
        Seen = Seen.AddRange(next.Seen),
        Again = next.Again ?? Again,
    };
}
