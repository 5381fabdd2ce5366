using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Messages.Jobs.Transfers;

namespace Dashboard.Components.Features.Jobs;

/// <summary>A redrive or copy as it is typed, as it stands in the address, and as REST has it.</summary>
public sealed class TransferDraft
{
    public static readonly string[] Isolations = ["read_committed", "read_uncommitted"];

    public string? From { get; set; }

    public string? To { get; set; }

    public string? Partitions { get; set; }

    public string? Filter { get; set; }

    public string Isolation { get; set; } = Isolations[0];

    /// <summary>Each record goes where its header says.</summary>
    public bool ToHeader { get; set; }

    public string? Header { get; set; }

    public bool Skips { get; set; }

    public string? Target { get; set; }

    public string TargetCluster { get; set; } = "";

    public bool KeepPartitions { get; set; }

    public bool KeepTimestamps { get; set; }

    public bool KeepHeaders { get; set; } = true;

    /// <summary>Records a second; nothing: as fast as it goes.</summary>
    public string Rate { get; set; } = "";

    /// <summary>The filter stays on the page and out of the address.</summary>
    public bool IsTooLong => FormAddress.IsTooLong(Filter);

    /// <summary>Null: no limit, or no number.</summary>
    public long? RecordsPerSecond => long.TryParse(Rate, NumberStyles.None, CultureInfo.InvariantCulture, out var records) ? records : null;

    public JsonElement Body(string kind, string topic)
    {
        var body = new JsonObject { ["kind"] = kind, ["topic"] = topic };
        Add("from", From);
        Add("to", To);
        Add("partitions", Partitions);
        Add("filter", Filter);
        Add("isolation", Isolation == Isolations[0] ? null : Isolation);
        var target = new JsonObject { ["cluster"] = TargetCluster };
        if (kind == TransferRequest.Redrive && ToHeader)
        {
            Add("header", Header);
            Add("missing", Skips ? "skip" : "refuse");
        }
        else
        {
            target["topic"] = Target?.Trim() ?? "";
        }

        body["target"] = target;
        body["keepPartitions"] = KeepPartitions;
        body["keepTimestamps"] = KeepTimestamps;
        body["headers"] = KeepHeaders;
        if (RecordsPerSecond is { } records)
        {
            body["rate"] = new JsonObject { ["records"] = records };
        }

        return JsonSerializer.SerializeToElement(body);

        void Add(string name, string? value)
        {
            if (!string.IsNullOrWhiteSpace(value))
            {
                body[name] = value.Trim();
            }
        }
    }

    public string Href(string path)
    {
        (string Name, string? Value)[] parts =
        [
            ("from", From), ("to", To), ("partitions", Partitions), ("filter", IsTooLong ? null : Filter),
            ("isolation", Isolation == Isolations[0] ? null : Isolation),
            ("target", ToHeader ? null : Target), ("targetCluster", TargetCluster),
            ("header", ToHeader && Header != TransferRequest.Headers[0] ? Header : null), ("missing", ToHeader && Skips ? "skip" : null),
            ("keepPartitions", KeepPartitions ? "true" : null), ("keepTimestamps", KeepTimestamps ? "true" : null),
            ("headers", KeepHeaders ? null : "false"), ("rate", Rate),
        ];
        var given = parts.Where(p => !string.IsNullOrEmpty(p.Value)).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}");
        return $"{path}?{string.Join('&', given)}";
    }
}
