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
    /// JSON, or only its beginning, or a text or number alone.</returns>
    public static ReadOnlyMemory<byte>? WithoutFields(ReadOnlyMemory<byte> json, IReadOnlyCollection<ImmutableArray<string>> paths)
    {
        try
        {
            var root = JsonNode.Parse(json.Span, documentOptions: strict);
            if (root is JsonValue)
            {
                // what has fields may be written in it, as where JSON was made a text twice
                return null;
            }

            var found = false;
            foreach (var path in paths)
            {
                root = Masked(root, path.AsSpan(), ref found);
            }

            return found ? JsonSerializer.SerializeToUtf8Bytes(root, MaskingJson.Default.JsonNode) : json;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // the second of a name with half a character, "\ud800": JSON's grammar has it, and nobody can read it
            return null;
        }
    }

    /// <summary>
    /// The node without what the path leads to. A value is not always of the form that its mask was written for: a name before which
    /// <c>[*]</c> was forgotten is looked for in all of a list, an index is passed over where one thing stands in place of the list, and
    /// a text or number in which the path would go on is masked itself.
    /// </summary>
    static JsonNode? Masked(JsonNode? node, ReadOnlySpan<string> path, ref bool found)
    {
        if (path.IsEmpty || node is JsonValue)
        {
            found = true;
            return JsonValue.Create(Mask);
        }

        var step = path[0];
        switch (node)
        {
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    if (step[0] != '[' || step == FieldMask.Each || step == $"[{i}]")
                    {
                        Replace(list[i], Masked(list[i], step[0] == '[' ? path[1..] : path, ref found), shown => list[i] = shown);
                    }
                }

                return list;
            case JsonObject when step[0] == '[':
                return Masked(node, path[1..], ref found);
            case JsonObject fields when fields.TryGetPropertyValue(step, out var inner):
                Replace(inner, Masked(inner, path[1..], ref found), shown => fields[step] = shown);
                return fields;
            default:
                return node;
        }
    }

    /// <summary>A node that stays has its parent already, and cannot be set again.</summary>
    static void Replace(JsonNode? before, JsonNode? after, Action<JsonNode?> set)
    {
        if (!ReferenceEquals(before, after))
        {
            set(after);
        }
    }
}

[JsonSerializable(typeof(JsonNode))]
sealed partial class MaskingJson : JsonSerializerContext;
