using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Filters;
using Kafka.Client.Admin;

namespace Dashboard.Messages.Scanning;

/// <summary>From the query of an address to what is to be read. Every fault names its parameter.</summary>
/// <param name="From">newest, oldest, offset:N or time:ISO8601; newest when it is not given.</param>
/// <param name="To">Likewise; the other end of the log when it is not given.</param>
/// <param name="Partitions">Numbers with commas; all when it is not given.</param>
/// <param name="Limit">Records at most; 50 when it is not given.</param>
/// <param name="Filter">text:, textIgnoreCase:, regex:, json: or cel:.</param>
/// <param name="Isolation">read_committed, or read_uncommitted: aborted records as well, marked.</param>
/// <param name="Continue">What an answer gave as next: goes on exactly there. The others may be left out then, or be the same.</param>
public sealed record ScanQueryText(
    string? From, string? To, string? Partitions, string? Limit, string? Filter, string? Isolation, string? Continue)
{
    public const string LatestView = "latest";

    /// <summary><see cref="LatestView"/>: of each key its last record only; all records when it is not given.</summary>
    public string? View { get; init; }

    /// <summary>How keys are to be decoded, of <see cref="BodyFormats.Choices"/>; by their bytes when it is not given.</summary>
    public string? KeyFormat { get; init; }

    /// <summary>Likewise of values.</summary>
    public string? ValueFormat { get; init; }

    const string Committed = "read_committed", Uncommitted = "read_uncommitted";

    /// <exception cref="FormatException">Names the parameter and says what it takes.</exception>
    public ScanQuery Read(string topic)
    {
        var query = string.IsNullOrEmpty(Continue) ? new ScanQuery(topic) : Named("continue", () => ContinueToken.Read(Continue));
        if (query.Topic != topic)
        {
            throw new FormatException($"continue: it is of topic {query.Topic}, and this is {topic}.");
        }

        query = Take(query, "from", From, text => query with { From = ScanBound.Parse(text) }, q => q.From);
        query = Take(query, "to", To, text => query with { To = ScanBound.Parse(text) }, q => q.To);
        query = Take(query, "filter", Filter, text => query with { Filter = RecordFilters.Parse(text) }, q => q.Filter?.Text);
        query = Take(query, "isolation", Isolation, text => query with { Isolation = Level(text) }, q => q.Isolation);
        query = Take(query, "partitions", Partitions, text => query with { Partitions = Numbers(text) },
            q => string.Join(',', q.Partitions));
        query = Take(query, "view", View, text => query with { LatestPerKey = IsLatest(text) }, q => q.LatestPerKey);
        query = query with
        {
            KeyFormat = Named("keyFormat", () => Format(KeyFormat)),
            ValueFormat = Named("valueFormat", () => Format(ValueFormat)),
        };
        return string.IsNullOrEmpty(Limit) ? query : query with { Limit = Named("limit", () => Count(Limit)) };
    }

    static ScanQuery Take(
        ScanQuery query, string name, string? text, Func<string, ScanQuery> read, Func<ScanQuery, object?> part)
    {
        if (string.IsNullOrEmpty(text))
        {
            return query;
        }

        var taken = Named(name, () => read(text));
        // repeated is fine, changed is not: the token's position would mean something else
        return query.Continue is null || Equals(part(taken), part(query))
            ? taken
            : throw new FormatException($"{name}: it is another one than in the answer that is to be continued. Leave it out.");
    }

    static T Named<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException e)
        {
            throw new QueryFaultException(name, e.Message, null);
        }
        catch (FilterException e)
        {
            throw new QueryFaultException(name, e.Message, e.Column);
        }
    }

    static IsolationLevel Level(string text) => text switch
    {
        Committed => IsolationLevel.ReadCommitted,
        Uncommitted => IsolationLevel.ReadUncommitted,
        _ => throw new FormatException($"\"{text}\" is neither {Committed} nor {Uncommitted}."),
    };

    static bool IsLatest(string text) => text switch
    {
        "all" => false,
        LatestView => true,
        _ => throw new FormatException($"\"{text}\" is neither all nor {LatestView}."),
    };

    static string? Format(string? text) => string.IsNullOrEmpty(text) || text == BodyFormats.Automatic ? null
        : BodyFormats.IsChoice(text) ? text
        : throw new FormatException($"\"{text}\" is none of {string.Join(", ", BodyFormats.Choices)} and {BodyFormats.ProtobufOf}NAME.");

    static int Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : throw new FormatException($"\"{text}\" is no number from 1 to {int.MaxValue}.");

    static ImmutableArray<int> Numbers(string text) =>
    [
        .. text.Split(',').Select(one => int.TryParse(one, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"\"{one}\" is no partition; they are numbers with commas, as in 0,1,5.")).Distinct().Order(),
    ];
}
