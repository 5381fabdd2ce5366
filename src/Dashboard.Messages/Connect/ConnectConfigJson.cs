using System.Text.Json.Serialization;

namespace Dashboard.Messages.Connect;

[JsonSerializable(typeof(Dictionary<string, string>))]
sealed partial class ConnectConfigJson : JsonSerializerContext;
