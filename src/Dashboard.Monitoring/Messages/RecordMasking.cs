using System.Collections.Immutable;
using Dashboard.Monitoring.Access;

namespace Dashboard.Monitoring.Messages;

/// <summary>
/// Takes out of records what an actor may not see, before they leave the reader: the one place for pages and REST. Where something
/// cannot be decided it is masked whole: a value that is no JSON (or only its beginning) where a field of it is to be masked.
/// </summary>
public static class RecordMasking
{
    static readonly ImmutableArray<byte> mask = [.. "********"u8];

    internal static MessageView Of(MessageView message, Actor actor, string cluster, string topic) =>
        For(actor, cluster, topic)?.Of(message) ?? message;

    /// <summary>Null when all is shown.</summary>
    public static RecordMask? For(Actor actor, string cluster, string topic)
    {
        if (!actor.May(new Permission(AccessKind.Records, AccessAction.Read, cluster, topic)))
        {
            return new RecordMask([], Withheld);
        }

        var masks = actor.Permissions.Masks(cluster, topic);
        return masks.Length == 0 ? null : new RecordMask(masks, message => Masked(message, masks));
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

    static ImmutableArray<byte> WithoutFields(ImmutableArray<byte> json, List<ImmutableArray<string>> paths) =>
        JsonMasking.WithoutFields(json.AsMemory(), paths) is { } shown ? [.. shown.Span] : mask;
}

/// <summary>What is taken out of a topic's records for one actor.</summary>
/// <param name="Masks">Parts that are masked; empty where nothing of a record is shown at all.</param>
/// <param name="Of">The record as it was written, without them.</param>
public sealed record RecordMask(ImmutableArray<FieldMask> Masks, Func<MessageView, MessageView> Of);
