using System.Collections.Immutable;
using Dashboard.Messages.Registry;

namespace Dashboard.Messages.Subjects;

/// <summary>The subjects of a registry, by name.</summary>
/// <param name="Level">The compatibility of subjects that have none of their own; null where the registry does not tell.</param>
/// <param name="Mode">READWRITE, READONLY, …; null where it does not tell.</param>
public sealed record SubjectList(ImmutableArray<ListedSubject> Subjects, string? Level, string? Mode);

/// <param name="IsDeleted">All of its versions are deleted, and kept.</param>
public sealed record ListedSubject(string Name, bool IsDeleted);

/// <summary>What a list shows of a subject beside its name.</summary>
/// <param name="Version">The latest.</param>
public sealed record SubjectSummary(int Version, int Id, string Type, int References);

/// <param name="Versions">Ascending.</param>
/// <param name="Level">As it is in effect.</param>
/// <param name="OwnLevel">Null: it has none of its own.</param>
public sealed record SubjectDetail(string Name, ImmutableArray<SubjectVersion> Versions, string? Level, string? OwnLevel)
{
    public bool IsDeleted => Versions.All(v => v.IsDeleted);

    /// <summary>The last that is not deleted, or the last.</summary>
    public int Latest => (Versions.LastOrDefault(v => !v.IsDeleted) ?? Versions[^1]).Version;

    public SubjectVersion? Find(int version) => Versions.FirstOrDefault(v => v.Version == version);
}

/// <param name="IsDeleted">It is kept, but left out where the subject's versions are asked for.</param>
public sealed record SubjectVersion(int Version, bool IsDeleted);

/// <param name="ReferencedBy">Null where the registry does not tell.</param>
public sealed record VersionDetail(
    string Subject, int Version, RegisteredSchema Schema, ImmutableArray<SchemaPlace>? ReferencedBy);

/// <summary>How compatible the versions of a subject have to be, as registries name it.</summary>
public static class CompatibilityLevels
{
    public static readonly ImmutableArray<string> All =
    [
        "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE", "NONE",
    ];
}
