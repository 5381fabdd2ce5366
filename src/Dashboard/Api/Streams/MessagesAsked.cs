using Dashboard.Messages.Scanning;
using Microsoft.AspNetCore.Mvc;

namespace Dashboard.Api.Streams;

/// <summary>What the address of a topic's messages says.</summary>
sealed class MessagesAsked
{
    public const string Csv = "csv";

    [FromQuery(Name = "from")]
    public string? From { get; init; }

    [FromQuery(Name = "to")]
    public string? To { get; init; }

    [FromQuery(Name = "partitions")]
    public string? Partitions { get; init; }

    [FromQuery(Name = "limit")]
    public string? Limit { get; init; }

    [FromQuery(Name = "filter")]
    public string? Filter { get; init; }

    [FromQuery(Name = "isolation")]
    public string? Isolation { get; init; }

    [FromQuery(Name = "view")]
    public string? View { get; init; }

    [FromQuery(Name = "keyFormat")]
    public string? KeyFormat { get; init; }

    [FromQuery(Name = "valueFormat")]
    public string? ValueFormat { get; init; }

    [FromQuery(Name = "continue")]
    public string? Continue { get; init; }

    /// <summary>ndjson, csv or zip: a file of all that is found.</summary>
    [FromQuery(Name = "format")]
    public string? Format { get; init; }

    /// <summary>Of a csv.</summary>
    [FromQuery(Name = "columns")]
    public string? Columns { get; init; }

    [FromQuery(Name = "follow")]
    public bool? Follow { get; init; }

    /// <exception cref="FormatException">Names the parameter and says what it takes.</exception>
    public ScanQuery Read(string topic)
    {
        if (!string.IsNullOrEmpty(Columns) && Format != Csv)
        {
            throw new FormatException($"columns: they are of format={Csv} only.");
        }

        var text = new ScanQueryText(From, To, Partitions, Limit, Filter, Isolation, Continue)
        {
            View = View,
            KeyFormat = KeyFormat,
            ValueFormat = ValueFormat,
        };
        var query = text.Read(topic);
        return Follow == true ? Followed(query)
            : !string.IsNullOrEmpty(Format) && string.IsNullOrEmpty(Limit) ? query with { Limit = int.MaxValue }
            : query;
    }

    ScanQuery Followed(ScanQuery query)
    {
        foreach (var (name, value) in new[] { ("to", To), ("limit", Limit), ("view", View), ("format", Format) })
        {
            if (!string.IsNullOrEmpty(value))
            {
                throw new FormatException($"{name}: who follows a topic gets what is written until he ends it. Leave it out, or follow.");
            }
        }

        return query is { Continue: not null, NewestFirst: true }
            ? throw new FormatException("continue: it is of a reading newest first, which has no end to follow from.")
            : query;
    }
}
