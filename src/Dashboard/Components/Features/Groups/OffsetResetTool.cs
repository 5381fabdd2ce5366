using System.Globalization;
using System.Xml;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Positions;
using Kafka.Protocol;

namespace Dashboard.Components.Features.Groups;

/// <summary>The same reset as a line for Kafka's own tools.</summary>
static class OffsetResetTool
{
    /// <summary>Null: the tool has no such option.</summary>
    public static string? Line(string bootstrap, ResetOffsets request, GroupKind kind)
    {
        if (Where(request, kind) is not { } where)
        {
            return null;
        }

        var tool = kind == GroupKind.Share ? "kafka-share-groups.sh" : "kafka-consumer-groups.sh";
        var scope = where.StartsWith("--from-file", StringComparison.Ordinal) ? ""
            : request.Topics is null ? "--all-topics "
            : string.Concat(request.Topics.Select(topic =>
                $"--topic {topic.Key}{(topic.Value is { } ids ? ":" + string.Join(',', ids) : "")} "));
        return $"{tool} --bootstrap-server {bootstrap} --group {Quoted(request.Group)} \\\n  {scope}--reset-offsets {where} --execute";
    }

    static string? Where(ResetOffsets request, GroupKind kind) => request.To.Kind switch
    {
        OffsetTargetKind.Earliest => "--to-earliest",
        OffsetTargetKind.Latest => "--to-latest",
        OffsetTargetKind.Time => "--to-datetime "
            + request.To.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture),
        _ when kind == GroupKind.Share => null,
        OffsetTargetKind.Duration => "--by-duration " + XmlConvert.ToString(request.To.Ago),
        OffsetTargetKind.Offset => string.Create(CultureInfo.InvariantCulture, $"--to-offset {request.To.Number}"),
        OffsetTargetKind.Shift => string.Create(CultureInfo.InvariantCulture, $"--shift-by {request.To.Number}"),
        _ => "--from-file offsets.csv",
    };

    /// <summary>For a shell, where the id has more than letters of names in it.</summary>
    static string Quoted(string id) => id.Length > 0 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
        ? id
        : "'" + id.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
