using System.Collections.Immutable;
using System.Text;
using Dashboard.Components.Foundation.Bodies;
using Dashboard.Localization;
using Dashboard.Messages.Registry;

namespace Dashboard.Components.Features.Schemas;

/// <summary>How schemas are named and laid out.</summary>
public static class SchemaWords
{
    public static string Type(string type) => type switch
    {
        "AVRO" => "Avro",
        "PROTOBUF" => "Protobuf",
        "JSON" => "JSON Schema",
        _ => type,
    };

    /// <summary>JSON laid out; a .proto file as it is.</summary>
    public static string Pretty(RegisteredSchema schema) => schema.Type == "PROTOBUF"
        ? schema.Text
        : Body.Of(Encoding.UTF8.GetBytes(schema.Text)).Text;

    public static ImmutableArray<byte> Bytes(RegisteredSchema schema) => [.. Encoding.UTF8.GetBytes(schema.Text)];

    /// <summary>What a level asks of a new version; its name where nothing is known of it.</summary>
    public static string Level(Text words, string level) => words.Find($"Schemas_Level_{level}") ?? level;
}
