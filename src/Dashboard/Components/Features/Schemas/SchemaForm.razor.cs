using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Localization;
using Dashboard.Messages.Registry;
using Dashboard.Messages.Subjects;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Schemas;

/// <summary>
/// A schema to register. The registry compares it with what is there as it is typed, so that what stands against it is told before
/// anything is registered.
/// </summary>
public sealed partial class SchemaForm : CheckedForm
{
    /// <summary>What is longer is for REST: a form is sent with each key.</summary>
    const int MostText = 1 << 18;

    string name = "";
    string type = SchemaCandidate.Types[0];
    string text = "";
    string links = "";
    string? linkFault;
    string? filling;
    RegisterSchemaPlan? plan;
    VersionDetail? latest;
    RegisteredSchema? registered;

    [Inject]
    public ISchemaCommands Commands { get; set; } = null!;

    [Inject]
    public ISchemaCatalogs Catalogs { get; set; } = null!;

    /// <summary>Null: it is still to be named.</summary>
    [Parameter]
    public string? Subject { get; set; }

    protected override string PagePath => Cluster.Href("new-schema");

    protected override (string Name, string? Value)[] BesideAddress => [("subject", Subject)];

    protected override IEnumerable<AddressField> InAddress =>
    [
        new("name", () => Subject is null ? name : "", text => name = Subject ?? text),
        new("type", () => type, text => type = SchemaCandidate.Types.Contains(text) ? text : type),
        new("schema", () => text, given => text = given), new("references", () => links, given => links = given),
    ];

    bool HasCandidate => name.Length > 0 && text.Trim().Length > 0;

    bool CanRegister => !Running && Checks.IsSettled && plan is { CanRun: true, Known: null };

    string? Fault => plan?.Refusals.FirstOrDefault(r => r.Code == SchemaRefusals.Invalid)?.Message;

    string WhyNot => CanRegister ? L["Register_Ready"]
        : !HasCandidate ? L["Register_Nothing"]
        : linkFault ?? (!Checks.IsSettled ? L["Register_Checking"]
            : plan is { Known: { } known } ? L["Register_Known", known.Version]
            : plan is { CanRun: false } ? L["NewTopic_Refused"] : L["Register_Checking"]);

    string? Receipt => registered is { Places: [var place, ..] } ? L["Register_Done", place.Version, registered.Id]
        : registered is not null ? L["Register_DoneId", registered.Id] : null;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            if (Subject is not null)
            {
                name = Subject;
                await FillAsync(Subject);
            }

            await CheckNowAsync(PlanAsync);
        }
    }

    /// <summary>With the latest version, which is what one begins from.</summary>
    async Task FillAsync(string subject)
    {
        filling = L["Value_Reading"];
        StateHasChanged();
        try
        {
            var catalog = Catalogs.Of(Cluster.Id)!;
            var found = await catalog.ReadAsync(subject, Gone);
            latest = await catalog.ReadAsync(subject, found.Latest, Gone);
            BeginWith(() =>
            {
                (type, text) = (latest.Schema.Type, SchemaWords.Pretty(latest.Schema));
                links = string.Join('\n', latest.Schema.References.Select(r => $"{r.Name} = {r.Subject} {r.Version}"));
            });
            filling = null;
        }
        catch (RegistryException e)
        {
            filling = e.IsMissing ? null : e.Message;
        }
    }

    /// <summary>Not waited for: a field goes on taking keys while the registry is asked.</summary>
    Task ChangedAsync()
    {
        Forget();
        (registered, plan) = (null, null);
        CheckSoon(PlanAsync);
        return Task.CompletedTask;
    }

    async Task PlanAsync(CancellationToken cancellationToken)
    {
        plan = null;
        if (TryCandidate() is { } candidate)
        {
            var made = await Commands.PlanAsync(Cluster.Monitor, new RegisterSchema(candidate), cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            plan = made;
        }
    }

    /// <summary>Null while something is missing or cannot be read.</summary>
    SchemaCandidate? TryCandidate()
    {
        var references = ImmutableArray.CreateBuilder<SchemaLink>();
        linkFault = null;
        foreach (var line in links.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // a subject may hold "=": names of imports hardly do
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var target = equals < 0 ? "" : line[(equals + 1)..].Trim();
            var space = target.LastIndexOf(' ');
            if (equals < 1 || space < 1
                || !int.TryParse(target[(space + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            {
                linkFault = L["Register_ReferenceFault", line];
                return null;
            }

            references.Add(new SchemaLink(line[..equals].Trim(), target[..space].Trim(), version));
        }

        return HasCandidate ? new SchemaCandidate(name.Trim(), type, AsRegistered(text), references.ToImmutable()) : null;
    }

    /// <summary>The latest version, laid out for reading, is no new one: registries of some makers compare letter by letter.</summary>
    string AsRegistered(string given)
    {
        if (latest is null || type == "PROTOBUF" || type != latest.Schema.Type)
        {
            return given;
        }

        try
        {
            return JsonNode.DeepEquals(JsonNode.Parse(given), JsonNode.Parse(latest.Schema.Text)) ? latest.Schema.Text : given;
        }
        catch (JsonException)
        {
            return given;
        }
    }

    async Task RegisterAsync()
    {
        if (!CanRegister)
        {
            return;
        }

        var command = plan!.Command;
        await RunAsync(command.Action, async () =>
        {
            (var result, registered) = await Commands.RunAsync(Cluster.Monitor, command, Cluster.Who.Actor, Gone);
            return result;
        });
        await Checks.RunNowAsync(PlanAsync, Gone);
        StateHasChanged();
    }
}
