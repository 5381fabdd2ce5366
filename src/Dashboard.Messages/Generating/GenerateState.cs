using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Messages.Jobs;
using Dashboard.Messages.Jobs.Transfers;

namespace Dashboard.Messages.Generating;

/// <summary>Where a generator goes on.</summary>
/// <param name="Seed">Chosen when it began, unless it was given.</param>
/// <param name="Ran">Time that it ran, without what lay between.</param>
sealed record GenerateState(long Seed, TimeSpan Ran, TransferState Writing)
{
    public static GenerateState Read(JsonElement? checkpoint) =>
        checkpoint?.Deserialize(GenerateJson.Default.GenerateState)
        ?? throw JobFaultException.NoPosition();

    public JsonElement Write() => JsonSerializer.SerializeToElement(this, GenerateJson.Default.GenerateState);
}

/// <summary>What a generator gives beside its records: with the seed they can be made again.</summary>
sealed record GenerateResult(long Seed);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(GenerateState))]
[JsonSerializable(typeof(GenerateResult))]
sealed partial class GenerateJson : JsonSerializerContext;
