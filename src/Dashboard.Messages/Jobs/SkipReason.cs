using System.Collections.Immutable;
using Dashboard.Messages.Bytes;
using Wire;

namespace Dashboard.Messages.Jobs;

/// <summary>Why a record is left out: a code and what it is about, so that each reader has it in their language.</summary>
/// <param name="Code">One of the constants; empty for words that a source has of its own, which are the one argument then.</param>
public sealed record SkipReason(string Code, params ImmutableArray<string> Arguments)
{
    /// <summary>Of a record that has no header of this name.</summary>
    public const string NoHeader = "noHeader";

    /// <summary>The header of this name names no topic.</summary>
    public const string NoName = "noTopicName";

    /// <summary>The header names the topic that is read.</summary>
    public const string Itself = "fromItself";

    /// <summary>There is no such topic (first) on the cluster (second).</summary>
    public const string NoTopic = "noTopic";

    /// <summary>The topic is Kafka's own.</summary>
    public const string Internal = "internal";

    /// <summary>The topic (first) has no such partition (second).</summary>
    public const string NoPartition = "noPartition";

    /// <summary>More topics than so many are named.</summary>
    public const string TooManyTopics = "tooManyTopics";

    public const string WrongRows = "wrongRows";

    /// <summary>There are too many different reasons.</summary>
    public const string Other = "other";

    const char Between = '\t';

    /// <summary>As it stands in a job's file and among its counts.</summary>
    public string Key => Code.Length == 0 ? Arguments[0] : string.Join(Between, Arguments.Prepend(Code));

    /// <summary>In English.</summary>
    public string Words => Code switch
    {
        NoHeader => $"without header {Arguments[0]}",
        NoName => $"header {Arguments[0]} is no topic's name",
        Itself => $"from {Arguments[0]} itself",
        NoTopic => $"there is no topic {Arguments[0]} on {Arguments[1]}",
        Internal => $"{Arguments[0]} is internal to Kafka",
        NoPartition => $"{Arguments[0]} has no partition {Arguments[1]}",
        TooManyTopics => $"more than {Arguments[0]} topics are named",
        WrongRows => "wrong rows",
        Other => "for other reasons",
        _ => Arguments[0],
    };

    /// <summary>As the cause of something else.</summary>
    internal CodedText Coded => new("skip", Words, [Code, .. Arguments]);

    public static SkipReason Of(string key)
    {
        var parts = (key == "wrong rows" ? WrongRows : key).Split(Between); // so it stood before it had a code
        return parts is [NoHeader or NoName or Itself or Internal or TooManyTopics, _] or [NoTopic or NoPartition, _, _]
                or [WrongRows or Other]
            ? new(parts[0], [.. parts.Skip(1)])
            : new("", [key]);
    }

    /// <summary>Counts by the words instead of the keys.</summary>
    public static ImmutableSortedDictionary<string, long> InWords(ImmutableSortedDictionary<string, long> counts) => counts
        .GroupBy(one => Of(one.Key).Words, one => one.Value).ToImmutableSortedDictionary(one => one.Key, one => one.Sum());
}
