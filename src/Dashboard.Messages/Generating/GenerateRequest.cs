using System.Collections.Immutable;
using System.Text.Json;
using Dashboard.Messages.Jobs;

namespace Dashboard.Messages.Generating;

/// <summary>How records are made, and how many.</summary>
/// <param name="Records">Ends after so many; null: by <paramref name="Seconds"/> alone.</param>
/// <param name="Seconds">Ends when it ran so long; null: by the number alone.</param>
/// <param name="PerSecond">Null: as fast as it goes.</param>
/// <param name="Seed">Null: by chance.</param>
public sealed record GenerateRequest(RecordRecipe Recipe, long? Records, long? Seconds, long? PerSecond, long? Seed)
{
    public const long MostRecords = 1_000_000_000_000, MostSeconds = 30 * 86_400, MostPerSecond = 10_000_000;
    const int MostHeaders = 100;

    /// <exception cref="FormatException">Names the field; of a template the character, too.</exception>
    public static GenerateRequest Read(JsonElement request)
    {
        var fields = new JobFields(request);
        fields.Only(
            "kind", "topic", "key", "value", "headers", "keyFormat", "valueFormat", "keySchema", "valueSchema", "partition", "records",
            "seconds", "rate", "seed");
        var rate = fields.Inner("rate");
        rate?.Only("records");
        var recipe = new RecordRecipe(fields.Required("topic"), Part(fields, "key"), Part(fields, "value"))
        {
            Headers = Headers(fields),
            Partition = (int?)fields.Number("partition", 0, int.MaxValue),
        };
        var read = new GenerateRequest(
            recipe, fields.Number("records", 1, MostRecords), fields.Number("seconds", 1, MostSeconds),
            rate?.Number("records", 1, MostPerSecond), fields.Number("seed", long.MinValue, long.MaxValue));
        return read is { Records: null, Seconds: null }
            ? throw fields.Wrong("records", "say how many records, or for how many seconds.")
            : !request.TryGetProperty("value", out _) ? throw fields.Wrong("value", "it is missing; null makes tombstones.")
            : read;
    }

    /// <summary>A template as text, or as the JSON that it makes.</summary>
    static PartRecipe Part(JobFields fields, string name) => new(
        fields.Value(name) switch
        {
            null => null,
            { ValueKind: JsonValueKind.String } text => Template(fields, name, text.GetString()!),
            { } json => Template(fields, name, json.GetRawText()),
        },
        fields.Text($"{name}Format"), fields.Text($"{name}Schema"));

    static ImmutableArray<(string, TextTemplate?)> Headers(JobFields fields)
    {
        if (fields.Value("headers") is not { } list)
        {
            return [];
        }

        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MostHeaders)
        {
            throw fields.Wrong("headers", $"a list of at most {MostHeaders} {{name, value}} is expected.");
        }

        var headers = ImmutableArray.CreateBuilder<(string, TextTemplate?)>();
        foreach (var (index, header) in list.EnumerateArray().Index())
        {
            if (header.ValueKind != JsonValueKind.Object)
            {
                throw fields.Wrong("headers", "each is an object with name and value.");
            }

            var of = new JobFields(header, $"headers[{index}].");
            of.Only("name", "value");
            headers.Add((of.Required("name"), of.Text("value") is { } value ? Template(of, "value", value) : null));
        }

        return headers.ToImmutable();
    }

    static TextTemplate Template(JobFields fields, string name, string text)
    {
        try
        {
            return TextTemplate.Parse(text);
        }
        catch (TemplateException e)
        {
            throw fields.Wrong(name, $"{e.Message} (at character {e.Column})");
        }
    }
}
