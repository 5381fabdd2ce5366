using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dashboard.Nodes.Files;

/// <summary>
/// How what is kept beside the data is read and written; made when the project is built, since every start reads it before anything else.
/// </summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Dictionary<string, int>))]
[JsonSerializable(typeof(KeptBrokers))]
[JsonSerializable(typeof(KeptSettings))]
[JsonSerializable(typeof(KeptEngine))]
[JsonSerializable(typeof(EngineChoice))]
sealed partial class KeptJson : JsonSerializerContext;

/// <summary><c>brokers.json</c>.</summary>
/// <param name="Asked">The number that the start asked for which made or last changed the file.</param>
sealed record KeptBrokers(int Asked, int[] Ids);

/// <summary><c>settings.json</c>.</summary>
sealed record KeptSettings(Dictionary<string, string>? Broker, Dictionary<string, string>? Coordinator);
