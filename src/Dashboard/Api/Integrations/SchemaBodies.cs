using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Dashboard.Messages.Registry;
using Dashboard.Messages.Subjects;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;

namespace Dashboard.Api.Integrations;

/// <param name="Compatibility">Of subjects that have none of their own; null where the registry does not tell.</param>
/// <param name="Mode">READWRITE, READONLY, …; null likewise.</param>
public sealed record SchemasBody(string? Compatibility, string? Mode, IEnumerable<ListedSubject> Subjects)
{
    internal static Envelope<SchemasBody> Of(Section<SubjectList> list, Func<string, bool> may, bool deleted) => new(
        list.Value is { } value
            ? new(value.Level, value.Mode, value.Subjects.Where(s => (deleted || !s.IsDeleted) && may(s.Name)))
            : null,
        list.AsOf, ErrorBody.Of(list.Error));
}

/// <param name="Compatibility">In effect.</param>
/// <param name="IsOwnCompatibility">False: it is that of all subjects.</param>
public sealed record SubjectBody(
    string Subject, int Latest, ImmutableArray<SubjectVersion> Versions, string? Compatibility, bool IsOwnCompatibility)
{
    internal static SubjectBody Of(SubjectDetail subject) =>
        new(subject.Name, subject.Latest, subject.Versions, subject.Level, subject.OwnLevel is not null);
}

/// <param name="Type">AVRO, PROTOBUF or JSON.</param>
/// <param name="References">What it needs.</param>
/// <param name="ReferencedBy">What needs it; null where the registry does not tell.</param>
public sealed record SchemaVersionBody(
    string Subject, int Version, int Id, string Type, string Schema, ImmutableArray<SchemaLink> References,
    ImmutableArray<SchemaPlace>? ReferencedBy)
{
    internal static SchemaVersionBody Of(VersionDetail found) => new(
        found.Subject, found.Version, found.Schema.Id, found.Schema.Type, found.Schema.Text, found.Schema.References, found.ReferencedBy);
}

/// <summary>A schema to register. A name that is none of these is refused: it was meant to do something.</summary>
/// <param name="Schema">As text: JSON of Avro and JSON schemas is a string as well.</param>
/// <param name="Type">AVRO unless given, JSON or PROTOBUF.</param>
public sealed record RegisterSchemaBody(string Schema, string? Type, SchemaLink[]? References) : ICommandBody
{
    const int MostReferences = 200;

    string? ICommandBody.Fault =>
        string.IsNullOrWhiteSpace(Schema) ? "schema is missing."
        : Type is not null && !SchemaCandidate.Types.Contains(Type) ? $"type: one of {string.Join(", ", SchemaCandidate.Types)}."
        : References is { Length: > MostReferences } ? $"references: at most {MostReferences}."
        : References?.Any(r => r is null || string.IsNullOrEmpty(r.Name) || string.IsNullOrEmpty(r.Subject) || r.Version < 1) == true
            ? "references: each has a name, a subject and a version from 1."
        : null;

    public SchemaCandidate Candidate(string subject) => new(subject, Type ?? "AVRO", Schema, [.. References ?? []]);
}

/// <param name="Version">Null where the registry has not told it.</param>
/// <param name="Seen">What the registry showed when it did not answer; left out when it did.</param>
public sealed record RegisteredSchemaBody(
    string Subject, int? Version, int? Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IEnumerable<SeenBody>? Seen)
{
    internal static RegisteredSchemaBody Of(RegisterSchema command, RegisteredSchema? registered, CommandResult result) => new(
        command.Candidate.Subject, registered?.Places.FirstOrDefault()?.Version, registered?.Id, SeenBody.Of(result));
}

public sealed record CompatibilityBody(string Level) : ICommandBody
{
    string? ICommandBody.Fault =>
        CompatibilityLevels.All.Contains(Level) ? null : $"level: one of {string.Join(", ", CompatibilityLevels.All)}.";
}
