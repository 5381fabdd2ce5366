using System.Text.Json.Nodes;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Messages.Importing;
using Dashboard.Messages.Producing;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace Dashboard.Components.Features.Importing;

/// <summary>A file, how its rows become records, and what the first of them would be.</summary>
public sealed partial class ImportForm : JobForm
{
    const string Records = "records", Values = "values", Csv = "csv";

    static readonly string[] Formats = [Records, Values, Csv];

    /// <summary>How often the bytes that came are shown.</summary>
    static readonly TimeSpan pace = TimeSpan.FromMilliseconds(250);

    readonly IReadOnlyList<string> formats = ["", .. BodyEncoder.Formats];
    readonly ColumnsDraft columns = new();
    string format = Records;
    string keyFormat = "";
    string valueFormat = "";
    string rate = "";
    bool keepPartitions;
    bool keepTimestamps = true;
    bool skip;
    string? uploading;
    string? uploadFault;
    long sent;
    string? seen;

    [Inject]
    public UploadStore Uploads { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Topic { get; set; } = "";

    /// <summary>The id of a file that was uploaded.</summary>
    [Parameter]
    public string? Upload { get; set; }

    /// <summary>Of somebody else it is as good as not there.</summary>
    UploadedFile? File => Upload is { } id && Uploads.Find(id) is { } file && file.User == Cluster.Who.Actor.Name ? file : null;

    string Ready => Plan is { Counted.IsComplete: true, Total: { } total } plan
        ? L["Import_Ready", total - plan.Skipped.Values.Sum(), plan.Skipped.Values.Sum()]
        : L["Import_ReadyMore", Plan?.Counted?.Looked ?? 0];

    protected override string PagePath => Cluster.Topic(Topic, "/import");

    protected override (string Name, string? Value)[] BesideAddress => [("upload", Upload)];

    protected override IEnumerable<AddressField> InAddress =>
    [
        new("format", () => format, text => format = Formats.Contains(text) ? text : format),
        new("keyFormat", () => keyFormat, text => keyFormat = formats.Contains(text) ? text : keyFormat),
        new("valueFormat", () => valueFormat, text => valueFormat = formats.Contains(text) ? text : valueFormat),
        new("rate", () => rate, text => rate = text),
        AddressField.Of("keepPartitions", () => keepPartitions, keeps => keepPartitions = keeps),
        AddressField.Of("keepTimestamps", () => keepTimestamps, keeps => keepTimestamps = keeps),
        AddressField.Of("skip", () => skip, skips => skip = skips),
        .. columns.InAddress,
    ];

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (Upload != seen)
        {
            format = seen is null && Given.Contains("format") ? format : FormatOf(File?.Name) ?? format;
            seen = Upload;
            await CheckNowAsync(PlanAsync);
        }
    }

    protected override JsonObject? Body()
    {
        if (File is not { } file)
        {
            return null;
        }

        var body = new JsonObject
        {
            ["kind"] = ImportKind.KindName,
            ["topic"] = Topic,
            ["upload"] = file.Id,
            ["format"] = format,
            ["wrong"] = skip ? "skip" : "stop",
            ["keepPartitions"] = keepPartitions,
            ["keepTimestamps"] = keepTimestamps,
        };
        Set(body, "keyFormat", keyFormat);
        Set(body, "valueFormat", valueFormat);
        if (!string.IsNullOrWhiteSpace(rate))
        {
            var given = new JsonObject();
            SetNumber(given, "records", rate);
            body["rate"] = given;
        }

        if (format == Csv)
        {
            columns.Write(body);
        }

        return body;
    }

    string FormatWords(string name) => name.Length == 0 ? L["Import_AsRow"] : name;

    Task ChangeAsync(Action change)
    {
        change();
        return ChangedAsync();
    }

    static string? FormatOf(string? name) => Path.GetExtension(name)?.ToLowerInvariant() switch
    {
        ".csv" or ".tsv" => Csv,
        ".ndjson" or ".jsonl" => Records,
        _ => null,
    };

    async Task UploadAsync(InputFileChangeEventArgs chosen)
    {
        (uploading, uploadFault, sent) = (chosen.File.Name, null, 0);
        var shown = Time.GetTimestamp();
        try
        {
            await using var stream = chosen.File.OpenReadStream(long.MaxValue, Gone);
            var file = await Uploads.SaveAsync(stream, Cluster.Id, Topic, Cluster.Who.Actor.Name, chosen.File.Name, Gone, bytes =>
            {
                sent = bytes;
                if (Time.GetElapsedTime(shown) > pace)
                {
                    shown = Time.GetTimestamp();
                    _ = InvokeAsync(StateHasChanged);
                }
            });
            ShowAddress(("upload", file.Id));
        }
        catch (Exception e) when (e is UploadRefusedException or IOException)
        {
            uploadFault = L["Import_UploadFailed", chosen.File.Name, e.Message];
        }
        catch (OperationCanceledException) when (Gone.IsCancellationRequested)
        {
            return;
        }

        uploading = null;
    }

    async Task ImportAsync()
    {
        if (await BeginAsync() is { } job)
        {
            Navigation.NavigateTo(Cluster.Href($"jobs/{job.Id}"));
        }
    }
}
