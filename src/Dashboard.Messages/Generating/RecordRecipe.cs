using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Producing;

namespace Dashboard.Messages.Generating;

/// <summary>A part of a record as a template.</summary>
/// <param name="Template">Null: there is none, so that the record has no key, or is a tombstone.</param>
/// <param name="Format">As <see cref="RecordPart.Format"/>; null: JSON where the text is JSON, else text.</param>
public sealed record PartRecipe(TextTemplate? Template, string? Format = null, string? Schema = null)
{
    static readonly JsonElement none = JsonText.TryParse("null")!.Value;

    public RecordPart Fill(Draw draw) => Template is null
        ? new(none)
        : new(JsonText.Of(Template.Fill(draw)), Format ?? (Template.IsJson ? BodyFormats.Json : BodyFormats.Text), Schema);
}

/// <summary>How records are made, one like the other. Immutable.</summary>
public sealed record RecordRecipe(string Topic, PartRecipe Key, PartRecipe Value)
{
    public ImmutableArray<(string Name, TextTemplate? Value)> Headers { get; init; } = [];

    /// <summary>Null: the partitioner chooses.</summary>
    public int? Partition { get; init; }

    public RecordToSend Make(Draw draw) => new(Topic, Key.Fill(draw), Value.Fill(draw))
    {
        Partition = Partition,
        Headers = [.. Headers.Select(h => new RecordHeaderToSend(h.Name, Bytes(h.Value?.Fill(draw))))],
    };

    static ImmutableArray<byte>? Bytes(string? text) => text is null ? null : [.. Encoding.UTF8.GetBytes(text)];
}

/// <summary>Records of a recipe, made one after the other and encoded. Not thread safe.</summary>
public sealed class RecordMaker(RecordRecipe recipe, long seed, IBodyEncoder encoder, string cluster, TimeProvider time)
{
    readonly Draw draw = new(seed);

    /// <exception cref="BodyMismatchException">What the template became does not fit its format or schema.</exception>
    /// <exception cref="TemplateException">It became too long.</exception>
    public Task<EncodedRecord> MakeAsync(long number, CancellationToken cancellationToken)
    {
        draw.Next(number, time.GetUtcNow());
        return encoder.EncodeAsync(cluster, recipe.Make(draw), cancellationToken);
    }
}
