using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Schemas;
using NJsonSchema;
using NJsonSchema.References;

namespace Dashboard.Messages.Registry;

/// <summary>Bodies are JSON as it stands; the schema says what may stand there.</summary>
/// <param name="references">What it refers to, by the names that stand in its <c>$ref</c>.</param>
sealed class JsonBodySchema(RegisteredSchema registered, IReadOnlyList<(string Name, RegisteredSchema Schema)> references)
    : BodySchema(registered)
{
    const int ShownFaults = 3;
    const string Ref = "$ref";

    /// <summary>
    /// Before the name of another schema: a reference of the kind that is asked for, however the name looks. Nothing is fetched from it.
    /// </summary>
    const string Registry = "http://schema-registry.invalid/";

    public override ReadOnlyMemory<byte> ToJson(ReadOnlyMemory<byte> body, int origin) =>
        JsonText.TryParse(body) is null ? throw new UndecodableException("it is no JSON", origin) : body;

    public override void Write(JsonElement value, Stream output)
    {
        var text = value.GetRawText();
        var faults = Parsed().Validate(text).ToList();
        if (faults.Count > 0)
        {
            var first = faults[0];
            var path = first.Path is ['#', '/', .. var rest] ? "$." + rest.Replace('/', '.') : "$";
            throw new BodyMismatchException(path, string.Join("; ", faults.Take(ShownFaults).Select(f => $"{f.Kind} at {f.Path}")));
        }

        output.Write(Encoding.UTF8.GetBytes(text));
    }

    JsonSchema Parsed()
    {
        try
        {
            var others = references.DistinctBy(r => r.Name).ToDictionary(r => Address(r.Name), r => Linked(r.Schema.Text));
            return Read(Linked(Registered.Text), others);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new UndecodableException($"schema {Registered.Id} cannot be read: {e.Message}");
        }
    }

    static JsonSchema Read(string text, IReadOnlyDictionary<string, string> others) => JsonSchema.FromJsonAsync(
        text, null, schema => new LocalReferences(new JsonSchemaAppender(schema, new DefaultTypeNameGenerator()), others))
        .GetAwaiter().GetResult();

    static string Address(string name) => Registry + Uri.EscapeDataString(name);

    /// <summary>With the registry's names where other schemas are meant: "product.json#/definitions/id".</summary>
    string Linked(string text)
    {
        var names = references.Select(r => r.Name).ToHashSet(StringComparer.Ordinal);
        if (names.Count == 0 || JsonNode.Parse(text) is not { } root)
        {
            return text;
        }

        Visit(root);
        return root.ToJsonString();

        void Visit(JsonNode? node)
        {
            if (node is JsonArray list)
            {
                foreach (var one in list)
                {
                    Visit(one);
                }
            }
            else if (node is JsonObject fields)
            {
                if (fields[Ref] is JsonValue value && value.TryGetValue(out string? target)
                    && target.Split('#', 2) is [var name, .. var within] && names.Contains(name))
                {
                    fields[Ref] = Address(name) + (within is [var fragment] ? $"#{fragment}" : "");
                }

                foreach (var (_, one) in fields)
                {
                    Visit(one);
                }
            }
        }
    }

    /// <summary>What a schema says of itself may be anything: no file is opened and no address asked for it.</summary>
    sealed class LocalReferences(JsonSchemaAppender appender, IReadOnlyDictionary<string, string> others) : JsonReferenceResolver(appender)
    {
        public override Task<IJsonReference> ResolveFileReferenceAsync(string filePath, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException($"it refers to {filePath}");

        public override Task<IJsonReference> ResolveUrlReferenceAsync(string url, CancellationToken cancellationToken = default) =>
            others.TryGetValue(url, out var text)
                ? Task.FromResult<IJsonReference>(Read(text, others))
                : throw new NotSupportedException($"it refers to {url}");
    }
}
