using System.Collections.Immutable;

namespace Dashboard.Messages.Registry;

/// <summary>A schema as a registry keeps it.</summary>
/// <param name="Id">0 where it was asked for by its GUID, and the registry does not tell.</param>
/// <param name="Type">AVRO, PROTOBUF or JSON.</param>
/// <param name="Places">Where it is registered; empty while that is not known.</param>
public sealed record RegisteredSchema(
    int Id, string Type, string Text, ImmutableArray<SchemaLink> References, ImmutableArray<SchemaPlace> Places);

/// <summary>Another schema that a schema needs.</summary>
/// <param name="Name">Under which it is imported: a name of an Avro type, the path of a .proto file, a URL of a JSON schema.</param>
public sealed record SchemaLink(string Name, string Subject, int Version);

public sealed record SchemaPlace(string Subject, int Version);
