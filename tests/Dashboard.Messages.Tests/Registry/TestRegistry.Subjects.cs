using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Dashboard.Messages.Tests.Registry;

/// <summary>
/// Subjects, their compatibility and what deletes them. Schemas of Avro are compatible when no field was added without a default; those of
/// other types always.
/// </summary>
sealed partial class TestRegistry
{
    readonly Dictionary<string, string> levels = [];

    void MapSubjects()
    {
        app.MapGet("/subjects", (bool? deleted) => Json(new JsonArray(
            [.. entries.Where(e => deleted == true || !e.IsDeleted).Select(e => e.Subject).Distinct().Select(s => JsonValue.Create(s))])));
        app.MapGet("/subjects/{subject}/versions", (string subject, bool? deleted) =>
            entries.Where(e => e.Subject == subject && (deleted == true || !e.IsDeleted)).Select(e => e.Version).ToList()
                is { Count: > 0 } found
                ? Json(new JsonArray([.. found.Select(v => JsonValue.Create(v))]))
                : Refuse(404, 40401, $"Subject '{subject}' not found."));
        app.MapGet("/subjects/{subject}/versions/{version}/referencedby", (string subject, int version) => Json(new JsonArray(
            [.. entries.Where(e => !e.IsDeleted && Refers(e, subject, version)).Select(e => JsonValue.Create(e.Id))])));
        app.MapPost("/subjects/{subject}/versions", RegisterAsync);
        app.MapPost("/subjects/{subject}", LookUpAsync);
        app.MapPost("/compatibility/subjects/{subject}/versions/{version?}", TestAsync);
        app.MapDelete("/subjects/{subject}/versions/{version:int}", (string subject, int version, bool? permanent) =>
            Delete(subject, version, permanent == true));
        app.MapDelete("/subjects/{subject}", (string subject, bool? permanent) => Delete(subject, null, permanent == true));
        app.MapGet("/mode", () => Json(new JsonObject { ["mode"] = "READWRITE" }));
        app.MapGet("/config", () => Json(new JsonObject { ["compatibilityLevel"] = Level }));
        app.MapGet("/config/{subject}", (string subject) => levels.TryGetValue(subject, out var level)
            ? Json(new JsonObject { ["compatibilityLevel"] = level })
            : Refuse(404, 40408, $"Subject '{subject}' does not have subject-level compatibility configured"));
        app.MapPut("/config/{subject?}", async (string? subject, HttpRequest request) =>
        {
            var level = JsonNode.Parse(await new StreamReader(request.Body).ReadToEndAsync())!["compatibility"]!.ToString();
            if (subject is null)
            {
                Level = level;
            }
            else
            {
                levels[subject] = level;
            }

            return Json(new JsonObject { ["compatibility"] = level });
        });
        app.MapDelete("/config/{subject}", (string subject) =>
        {
            levels.Remove(subject, out var level);
            return Json(new JsonObject { ["compatibilityLevel"] = level });
        });
    }

    Entry? Find(string subject, string version, bool deleted) => version == "latest"
        ? entries.FindLast(e => e.Subject == subject && !e.IsDeleted)
        : entries.Find(e => e.Subject == subject && e.Version == int.Parse(version, CultureInfo.InvariantCulture)
            && (deleted || !e.IsDeleted));

    async Task<IResult> RegisterAsync(string subject, HttpRequest request)
    {
        var body = await ReadAsync(request);
        return Fault422(body) ?? (Against(subject, body, null) is { Count: > 0 } against
            ? Refuse(409, 409, $"Schema being registered is incompatible with an earlier schema for subject \"{subject}\": {against[0]}")
            : Json(new JsonObject { ["id"] = Add(subject, TypeOf(body), body["schema"]!.ToString(), body["references"]).Id }));
    }

    async Task<IResult> LookUpAsync(string subject, HttpRequest request)
    {
        var body = await ReadAsync(request);
        return Fault422(body) ?? (entries.All(e => e.Subject != subject) ? Refuse(404, 40401, $"Subject '{subject}' not found.")
            : Answer(entries.Find(e =>
                e.Subject == subject && !e.IsDeleted && e.Type == TypeOf(body) && e.Text == body["schema"]!.ToString())));
    }

    async Task<IResult> TestAsync(string subject, string? version, HttpRequest request)
    {
        var body = await ReadAsync(request);
        if (Fault422(body) is { } fault)
        {
            return fault;
        }

        if (version is not null && Find(subject, version, false) is null)
        {
            return Refuse(404, 40402, "Version not found.");
        }

        var against = Against(subject, body, version);
        return Json(new JsonObject
        {
            ["is_compatible"] = against.Count == 0,
            ["messages"] = new JsonArray([.. against.Select(one => JsonValue.Create(one))]),
        });
    }

    IResult Delete(string subject, int? version, bool permanent)
    {
        lock (gate)
        {
            var named = entries.Where(e => e.Subject == subject && (version is null || e.Version == version)).ToList();
            if (named.Count == 0)
            {
                return Refuse(404, 40401, $"Subject '{subject}' not found.");
            }

            if (entries.Any(e => !e.IsDeleted && named.Exists(n => n != e && Refers(e, n.Subject, n.Version))))
            {
                return Refuse(422, 42206, $"One or more references exist to the schema {{magic=1,subject={subject}}}");
            }

            if (permanent && named.Exists(e => !e.IsDeleted))
            {
                return Refuse(404, 40405, $"Subject '{subject}' was not deleted first before being permanently deleted");
            }

            if (!permanent && named.TrueForAll(e => e.IsDeleted))
            {
                return Refuse(404, 40404, $"Subject '{subject}' was soft deleted. Set permanent=true to delete permanently");
            }

            var gone = named.Where(e => permanent || !e.IsDeleted).ToList();
            foreach (var one in gone)
            {
                one.IsDeleted = true;
                if (permanent)
                {
                    entries.Remove(one);
                }
            }

            return version is { } only
                ? Json(JsonValue.Create(only))
                : Json(new JsonArray([.. gone.Select(e => JsonValue.Create(e.Version))]));
        }
    }

    static async Task<JsonNode> ReadAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        return JsonNode.Parse(await reader.ReadToEndAsync())!;
    }

    static string TypeOf(JsonNode body) => body["schemaType"]?.ToString() ?? "AVRO";

    static IResult? Fault422(JsonNode body)
    {
        try
        {
            return TypeOf(body) != "PROTOBUF" && JsonNode.Parse(body["schema"]!.ToString()) is null
                ? Refuse(422, 42201, "Empty schema") : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return Refuse(422, 42201, "Invalid schema: it is no JSON");
        }
    }

    List<string> Against(string subject, JsonNode body, string? version)
    {
        if (TypeOf(body) != "AVRO" || levels.GetValueOrDefault(subject, Level) == "NONE"
            || Find(subject, version ?? "latest", false) is not { } old)
        {
            return [];
        }

        var known = Fields(JsonNode.Parse(old.Text)!).Select(f => f["name"]!.ToString()).ToHashSet();
        return
        [
            .. Fields(JsonNode.Parse(body["schema"]!.ToString())!)
                .Where(f => f["default"] is null && !f.AsObject().ContainsKey("default") && !known.Contains(f["name"]!.ToString()))
                .Select(f => $"READER_FIELD_MISSING_DEFAULT_VALUE: {f["name"]}"),
        ];
    }

    static IEnumerable<JsonNode> Fields(JsonNode schema) =>
        schema is JsonObject && schema["fields"] is JsonArray fields ? fields.Select(f => f!) : [];

    static bool Refers(Entry entry, string subject, int version) => JsonNode.Parse(entry.References)!.AsArray()
        .Any(r => r!["subject"]!.ToString() == subject && (int)r["version"]! == version);
}

/// <summary>What a registry answers in the place of what it should.</summary>
/// <param name="Status">0: it does not answer at all.</param>
/// <param name="Done">What was asked for is done before.</param>
sealed record FaultyAnswer(int Status, string Body, bool Done)
{
    public async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        if (Done)
        {
            var answer = context.Response.Body;
            context.Response.Body = new MemoryStream();
            await next(context);
            context.Response.Body = answer;
            context.Response.Headers.Clear();
        }

        if (Status == 0)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = Status;
        await context.Response.WriteAsync(Body);
    }
}
