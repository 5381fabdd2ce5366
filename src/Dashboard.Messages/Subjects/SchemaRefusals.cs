using Dashboard.Messages.Services;
using Dashboard.Monitoring.Commands;
using Kafka.Protocol;
using Wire;

namespace Dashboard.Messages.Subjects;

/// <summary>Why a change of a registry cannot be made. Codes of its own: they are none of Kafka's.</summary>
public static class SchemaRefusals
{
    /// <summary>There is no such subject or version.</summary>
    public const string Unknown = "UNKNOWN_SCHEMA";

    public const string Incompatible = "SCHEMA_INCOMPATIBLE";

    /// <summary>It cannot be read as a schema of its type.</summary>
    public const string Invalid = "INVALID_SCHEMA";

    /// <summary>Other schemas need it.</summary>
    public const string Referenced = "SCHEMA_REFERENCED";

    /// <summary>Deleted for good is only what was deleted before.</summary>
    public const string NotDeleted = "SCHEMA_NOT_DELETED";

    public const string AlreadyDeleted = "SCHEMA_DELETED";

    /// <summary>Anything else, or no answer.</summary>
    public const string Registry = "SCHEMA_REGISTRY";

    /// <summary>The cluster's definition names no registry.</summary>
    public const string None = "NO_SCHEMA_REGISTRY";

    public static Refusal Of(string code, string message, string? subject, FailureReason? reason = null) =>
        new(ErrorCode.PolicyViolation, message, subject) { Code = code, Reason = reason };

    /// <summary>By the registry's own number where it has one; its words are given as they are.</summary>
    public static Refusal Of(ServiceException e, string? subject) => Of(
        e.Code switch
        {
            42206 => Referenced,
            42201 => Invalid,
            40405 or 40407 => NotDeleted,
            40404 or 40406 => AlreadyDeleted,
            409 => Incompatible,
            _ when e.IsMissing => Unknown,
            _ => e.Status switch { 404 => Unknown, 409 => Incompatible, 422 => Invalid, _ => Registry },
        },
        $"{e.Message}.", subject, e.Reason);
}
