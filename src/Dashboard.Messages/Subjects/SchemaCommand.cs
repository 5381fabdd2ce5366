using System.Collections.Immutable;
using Dashboard.Messages.Registry;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;

namespace Dashboard.Messages.Subjects;

/// <summary>What changes a registry.</summary>
public abstract record SchemaCommand
{
    /// <summary>As the audit log has it.</summary>
    public abstract string Action { get; }

    /// <summary>The subject; null: all that have no level of their own.</summary>
    public abstract string? Subject { get; }

    public abstract string Details { get; }

    /// <summary>What it takes on a cluster.</summary>
    public abstract Permission Needs(string cluster);
}

/// <summary>A new version of a subject, or the first of a new one. What stands there already is not registered again.</summary>
public sealed record RegisterSchema(SchemaCandidate Candidate) : SchemaCommand
{
    public override string Action => "schema.register";

    public override string? Subject => Candidate.Subject;

    public override string Details => $"{Candidate.Type}, {Candidate.Text.Length} characters"
        + (Candidate.References.IsEmpty
            ? ""
            : $", refers to {string.Join(", ", Candidate.References.Take(20).Select(r => $"{r.Subject} {r.Version}"))}");

    public override Permission Needs(string cluster) => new(AccessKind.Schemas, AccessAction.Create, cluster, Candidate.Subject);
}

/// <param name="Of">The subject.</param>
/// <param name="Version">Null: all.</param>
/// <param name="Permanent">What was deleted and is kept goes for good: records that were written with it cannot be read any longer.</param>
public sealed record DeleteSchema(string Of, int? Version, bool Permanent) : SchemaCommand
{
    public override string Action => Permanent ? "schema.purge" : "schema.delete";

    public override string? Subject => Of;

    public override string Details => Version is { } version ? $"version {version}" : "all versions";

    public override Permission Needs(string cluster) => new(AccessKind.Schemas, AccessAction.Delete, cluster, Of);
}

/// <param name="Of">The subject; null: all that have none of their own.</param>
/// <param name="Level">Null: the subject is to have none of its own.</param>
public sealed record SetCompatibility(string? Of, string? Level) : SchemaCommand
{
    public override string Action => "schema.compatibility";

    public override string? Subject => Of;

    public override string Details => Level ?? "none of its own";

    public override Permission Needs(string cluster) => new(AccessKind.Schemas, AccessAction.Alter, cluster, Of ?? Permission.All);
}

/// <param name="Known">Where the schema stands under this subject already; null: it does not.</param>
/// <param name="Latest">Compared with the latest version; null where there is none, or the registry does not compare.</param>
/// <param name="All">Compared with all versions that the subject's level takes into account; null likewise.</param>
/// <param name="Level">In effect; null where the registry does not tell.</param>
public sealed record RegisterSchemaPlan(
    RegisterSchema Command, SchemaPlace? Known, CompatibilityTest? Latest, CompatibilityTest? All, string? Level) : CommandPlan;

/// <param name="Versions">That go.</param>
/// <param name="ReferencedBy">Other schemas that need one of them; the registry refuses as long as there are any.</param>
/// <param name="Usage">Who uses them; null where it was not asked for.</param>
public sealed record DeleteSchemaPlan(
    DeleteSchema Command, ImmutableArray<SubjectVersion> Versions, ImmutableArray<SchemaPlace> ReferencedBy, SchemaUsage? Usage)
    : CommandPlan;

/// <param name="Before">In effect now; null where the registry does not tell.</param>
/// <param name="WasOwn">It is the subject's own.</param>
public sealed record SetCompatibilityPlan(SetCompatibility Command, string? Before, bool WasOwn) : CommandPlan;
