using System.Text.Json.Nodes;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Localization;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Generating;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Generating;

/// <summary>Templates, how many and how fast; the first records are shown as they are typed.</summary>
public sealed partial class GenerateForm : JobForm
{
    static readonly string[] Examples =
    [
        "{{counter}}", "{{random 1 100}}", "{{choice \"a\" \"b\"}}", "{{uuid}}", "{{now}}", "{{lorem 5}}", "{{name.fullName}}",
    ];

    readonly RecordPartDraft key = new() { Text = "{{counter}}" };
    readonly RecordPartDraft value = new()
    {
        Format = BodyFormats.Json,
        Text = """
            {
              "id": {{counter}},
              "who": "{{name.fullName}}",
              "amount": {{random 1.00 99.99}},
              "at": "{{now}}"
            }
            """,
    };

    IReadOnlyList<string> places = [""];
    string place = "";
    string headers = "";
    string records = "1000";
    string seconds = "";
    string rate = "100";
    string? seed;

    [Parameter, EditorRequired]
    public string Topic { get; set; } = "";

    [Parameter, EditorRequired]
    public int Partitions { get; set; }

    string Ready => Plan?.Total is { } total ? L["Generate_Ready", total] : L["Generate_ReadyTime"];

    protected override string PagePath => Cluster.Topic(Topic, "/generate");

    protected override IEnumerable<AddressField> InAddress =>
    [
        .. key.InAddress("key"), .. value.InAddress("value"),
        new("headers", () => headers, text => headers = text),
        new("records", () => records, text => records = text),
        new("seconds", () => seconds, text => seconds = text),
        new("rate", () => rate, text => rate = text),
        new("partition", () => place, text => place = places.Contains(text) ? text : place),
        new("seed", () => seed ?? "", text => seed = text),
    ];

    protected override void OnInitialized()
    {
        places = ["", .. Enumerable.Range(0, Partitions).Select(p => Format.Id(p))];
        base.OnInitialized();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await CheckNowAsync(PlanAsync);
        }
    }

    protected override JsonObject Body()
    {
        var body = new JsonObject { ["kind"] = GenerateKind.KindName, ["topic"] = Topic };
        Set(body, "key", key);
        Set(body, "value", value);
        SetNumber(body, "records", records);
        SetNumber(body, "seconds", seconds);
        SetNumber(body, "seed", seed);
        SetNumber(body, "partition", place);
        if (!string.IsNullOrWhiteSpace(rate))
        {
            var given = new JsonObject();
            SetNumber(given, "records", rate);
            body["rate"] = given;
        }

        if (!string.IsNullOrWhiteSpace(headers))
        {
            body["headers"] = new JsonArray([.. headers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Header)]);
        }

        return body;
    }

    static JsonNode Header(string line) => line.IndexOf(':', StringComparison.Ordinal) is var colon and > 0
        ? new JsonObject { ["name"] = line[..colon].Trim(), ["value"] = line[(colon + 1)..].Trim() }
        : new JsonObject { ["name"] = line.Trim(), ["value"] = null };

    static void Set(JsonObject body, string name, RecordPartDraft draft)
    {
        body[name] = draft.IsNull ? null : draft.Text;
        body[$"{name}Format"] = draft.IsNull ? null : draft.Format;
        body[$"{name}Schema"] = !draft.IsNull && draft.HasSchema && !string.IsNullOrWhiteSpace(draft.Schema) ? draft.Schema : null;
    }

    async Task GenerateAsync()
    {
        if (await BeginAsync() is { } job)
        {
            Navigation.NavigateTo(Cluster.Href($"jobs/{job.Id}"));
        }
    }
}
