using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dashboard.Messages.Services;

namespace Dashboard.Messages.Registry;

/// <summary>From and to the JSON of a registry: what is missing, or of another kind than expected, is null.</summary>
static class RegistryJson
{
    /// <param name="id">0: as the answer says.</param>
    /// <exception cref="RegistryException">It has no schema.</exception>
    public static RegisteredSchema Schema(JsonElement answer, int id) => new(
        id != 0 ? id : ServiceJson.Int(answer, "id") ?? 0,
        ServiceJson.Text(answer, "schemaType") ?? "AVRO",
        ServiceJson.Text(answer, "schema") ?? throw new RegistryException("the registry answers without a schema", true),
        answer.TryGetProperty("references", out var references) && references.ValueKind == JsonValueKind.Array
            ?
            [
                .. references.EnumerateArray()
                    .Select(r => new SchemaLink(
                        ServiceJson.Text(r, "name") ?? "", ServiceJson.Text(r, "subject") ?? "", ServiceJson.Int(r, "version") ?? 0)),
            ]
            : [],
        []);

    /// <summary>Avro is what registries take where no type is given; old ones know no such field.</summary>
    public static byte[] Candidate(SchemaCandidate candidate)
    {
        var body = new JsonObject { ["schema"] = candidate.Text };
        if (candidate.Type != "AVRO")
        {
            body["schemaType"] = candidate.Type;
        }

        if (candidate.References.Length > 0)
        {
            body["references"] = new JsonArray([.. candidate.References.Select(r => new JsonObject
            {
                ["name"] = r.Name,
                ["subject"] = r.Subject,
                ["version"] = r.Version,
            })]);
        }

        return System.Text.Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    public static ImmutableArray<SchemaPlace> Places(JsonElement list) => list.ValueKind != JsonValueKind.Array ? [] :
    [
        .. list.EnumerateArray()
            .Select(one => (Subject: ServiceJson.Text(one, "subject"), Version: ServiceJson.Int(one, "version")))
            .Where(one => one is { Subject: not null, Version: not null })
            .Select(one => new SchemaPlace(one.Subject!, one.Version!.Value)),
    ];
}
