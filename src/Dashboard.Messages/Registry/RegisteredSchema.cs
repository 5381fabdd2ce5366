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

/// <summary>A schema that is to be registered.</summary>
/// <param name="Type">AVRO, PROTOBUF or JSON.</param>
public sealed record SchemaCandidate(string Subject, string Type, string Text, ImmutableArray<SchemaLink> References)
{
    public static readonly ImmutableArray<string> Types = ["AVRO", "JSON", "PROTOBUF"];
}

/// <summary>How a candidate compares with what is registered.</summary>
/// <param name="Messages">What stands against it, in the registry's own words; empty where it tells none.</param>
public sealed record CompatibilityTest(bool IsCompatible, ImmutableArray<string> Messages);
