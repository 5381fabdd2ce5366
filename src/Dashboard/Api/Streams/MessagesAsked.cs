using System.ComponentModel;
using Dashboard.Messages.Scanning;
using Microsoft.AspNetCore.Mvc;

namespace Dashboard.Api.Streams;

/// <summary>What the address of a topic's messages says.</summary>
sealed class MessagesAsked
{
    public const string Csv = "csv";

    [FromQuery(Name = "from"), Description("newest (unless given), oldest, offset:N or time:ISO8601: where reading begins")]
    public string? From { get; init; }

    [FromQuery(Name = "to")]
    [Description(
        "The same; the other end of the log unless given. The range has its lower end and not its upper one")]
    public string? To { get; init; }

    [FromQuery(Name = "partitions"), Description("Numbers with commas, as in 0,1; all unless given")]
    public string? Partitions { get; init; }

    [FromQuery(Name = "limit"), Description("Records at most; 50 unless given, without end where there is a format")]
    public string? Limit { get; init; }

    [FromQuery(Name = "filter")]
    [Description(
        "text:…, textIgnoreCase:…, regex:…, json:PATH=VALUE (PATH from the value's root; key. or header. for those) or cel:…")]
    public string? Filter { get; init; }

    [FromQuery(Name = "isolation"), Description("read_committed (unless given) or read_uncommitted")]
    public string? Isolation { get; init; }

    [FromQuery(Name = "view"), Description("latest: of each key its last record")]
    public string? View { get; init; }

    [FromQuery(Name = "keyFormat"), Description("How keys are decoded; by their bytes unless given")]
    public string? KeyFormat { get; init; }

    [FromQuery(Name = "valueFormat"), Description("How values are decoded; by their bytes unless given")]
    public string? ValueFormat { get; init; }

    [FromQuery(Name = "continue"), Description("What an answer gave as next: goes on exactly there")]
    public string? Continue { get; init; }

    [FromQuery(Name = "format"), Description("ndjson, csv or zip: a file of all that is found")]
    public string? Format { get; init; }

    [FromQuery(Name = "columns"), Description("Of a csv")]
    public string? Columns { get; init; }

    [FromQuery(Name = "follow"), Description("What is written from now on, without end")]
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
