using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dashboard.Monitoring.Access;

namespace Dashboard.Monitoring.Messages;

/// <summary>
/// Takes out of records what an actor may not see, before they leave the reader: the one place for pages and REST. Where something
/// cannot be decided it is masked whole: a value that is no JSON (or only its beginning) where a field of it is to be masked.
/// </summary>
static class RecordMasking
{
    const string Mask = "********";

    /// <summary>Of a name that comes twice a reader takes one and a writer the other: such a value cannot be masked in part.</summary>
    static readonly JsonDocumentOptions strict = new() { AllowDuplicateProperties = false };

    static readonly ImmutableArray<byte> mask = [.. "********"u8];

    public static MessagePage Of(MessagePage page, Actor actor, string cluster)
    {
        var topic = page.Query.Topic;
        var masking = For(actor, cluster, topic);
        return masking is null ? page : page with { Messages = [.. page.Messages.Select(masking)] };
    }

    public static MessageView Of(MessageView message, Actor actor, string cluster, string topic) =>
        For(actor, cluster, topic) is { } masking ? masking(message) : message;

    /// <summary>Null when all is shown.</summary>
    static Func<MessageView, MessageView>? For(Actor actor, string cluster, string topic)
    {
        if (!actor.May(new Permission(AccessKind.Records, AccessAction.Read, cluster, topic)))
        {
            return Withheld;
        }

        var masks = actor.Permissions.Masks(cluster, topic);
        return masks.Length == 0 ? null : message => Masked(message, masks);
    }

    static MessageView Withheld(MessageView message) => message with
    {
        Key = null,
        Value = null,
        Headers = [.. message.Headers.Select(header => header with { Value = null })],
        Concealed = Concealed.All,
    };

    static MessageView Masked(MessageView message, ImmutableArray<FieldMask> masks)
    {
        var paths = masks.Where(m => m.Part == MaskedPart.Field).Select(m => m.Path).ToList();
        var headers = masks.Where(m => m.Part == MaskedPart.Header).Select(m => m.Header).ToHashSet();
        var value = message.Value;
        if (value is { } whole)
        {
            value = masks.Any(m => m.Part == MaskedPart.Value) ? mask : paths.Count > 0 ? WithoutFields(whole, paths) : whole;
        }

        return message with
        {
            Key = message.Key is not null && masks.Any(m => m.Part == MaskedPart.Key) ? mask : message.Key,
            Value = value,
            Headers = [.. message.Headers.Select(h => headers.Contains(h.Name) && h.Value is not null ? h with { Value = mask } : h)],
            Concealed = Concealed.Parts,
        };
    }

    static ImmutableArray<byte> WithoutFields(ImmutableArray<byte> json, List<ImmutableArray<string>> paths)
    {
        try
        {
            var root = JsonNode.Parse(json.AsSpan(), documentOptions: strict);
            var touched = paths.Count(path => Replace(root, path.AsSpan()));
            return touched == 0 ? json : [.. JsonSerializer.SerializeToUtf8Bytes(root, MaskingJson.Default.JsonNode)];
        }
        catch (JsonException)
        {
            return mask;
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

[System.Text.Json.Serialization.JsonSerializable(typeof(JsonNode))]
sealed partial class MaskingJson : System.Text.Json.Serialization.JsonSerializerContext;
