using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Jobs;
using Dashboard.Messages.Producing;
using Wire;

namespace Dashboard.Messages.Importing;

/// <summary>What was wrong with a file.</summary>
/// <param name="Wrong">The first rows that were left out; how many there were stands with the counts.</param>
public sealed record ImportResult(ImmutableArray<RowFault> Wrong);

/// <summary>A file cannot be read further as it is asked for.</summary>
sealed class FileFaultException(CodedText why) : JobFaultException(why);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ImportResult))]
sealed partial class ImportJson : JsonSerializerContext;
