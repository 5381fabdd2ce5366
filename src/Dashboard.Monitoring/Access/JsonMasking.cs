using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Dashboard.Monitoring.Access;

/// <summary>Takes fields out of JSON. Where it cannot be decided which, the whole is masked.</summary>
public static class JsonMasking
{
    /// <summary>In the place of what is not shown.</summary>
    public const string Mask = "********";

    /// <summary>Of a name that comes twice a reader takes one and a writer the other: such a value cannot be masked in part.</summary>
    static readonly JsonDocumentOptions strict = new() { AllowDuplicateProperties = false, MaxDepth = 200 };

    /// <param name="paths">Of masks of kind <see cref="MaskedPart.Field"/>.</param>
    /// <returns>The JSON with the fields masked; the same bytes when it has none of them; null when it has to be masked whole: it is no
    /// JSON, or only its beginning.</returns>
    public static ReadOnlyMemory<byte>? WithoutFields(ReadOnlyMemory<byte> json, IReadOnlyCollection<ImmutableArray<string>> paths)
    {
        try
        {
            var root = JsonNode.Parse(json.Span, documentOptions: strict);
            var touched = paths.Count(path => Replace(root, path.AsSpan()));
            return touched == 0 ? json : JsonSerializer.SerializeToUtf8Bytes(root, MaskingJson.Default.JsonNode);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // the second of a name with half a character, "\ud800": JSON's grammar has it, and nobody can read it
            return null;
        }
    }

    /// <summary>
    /// Whether there was something to replace. A name before which <c>[*]</c> was forgotten is looked for in all of a list.
    /// </summary>
    static bool Replace(JsonNode? node, ReadOnlySpan<string> path)
    {
        var step = path[0];
        if (node is JsonArray list)
        {
            var found = false;
            for (var i = 0; i < list.Count; i++)
            {
                if (step[0] != '[')
                {
                    found |= Replace(list[i], path);
                }
                else if (step == FieldMask.Each || step == $"[{i}]")
                {
                    found |= path.Length > 1 ? Replace(list[i], path[1..]) : Cover(() => list[i] = Mask);
                }
            }

            return found;
        }

        return node is JsonObject fields && fields.TryGetPropertyValue(step, out var inner)
            && (path.Length > 1 ? Replace(inner, path[1..]) : Cover(() => fields[step] = Mask));
    }

    static bool Cover(Action replace)
    {
        replace();
        return true;
    }
}

[JsonSerializable(typeof(JsonNode))]
sealed partial class MaskingJson : JsonSerializerContext;
