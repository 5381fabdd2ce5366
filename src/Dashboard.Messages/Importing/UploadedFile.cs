using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dashboard.Messages.Importing;

/// <summary>A file that was sent to be imported.</summary>
/// <param name="Name">As its sender calls it; of the address where it has none.</param>
/// <param name="User">Whose it is: no other user may import it.</param>
public sealed record UploadedFile(string Id, string Cluster, string Topic, string User, string Name, long Bytes, DateTimeOffset At);

/// <summary>A file is larger than is taken, or there is no room for it.</summary>
public sealed class UploadRefusedException(string message) : Exception(message);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(UploadedFile))]
sealed partial class UploadJson : JsonSerializerContext;
