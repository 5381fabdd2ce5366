using Wire;
using Wire.Security;

namespace Dashboard.Monitoring.Model;

/// <summary>
/// One part of a snapshot, with its age and its trouble. The five lives of a panel follow from it: loading (never read, no error), failed
/// (never read, an error), stale (a value and an error: the value is as old as <see cref="AsOf"/>), empty and live (a value, no error).
/// </summary>
/// <param name="Value">What was read last, or null when never read. Kept when a later reading fails.</param>
/// <param name="Error">Null when the last reading went well.</param>
/// <param name="AsOf">When <paramref name="Value"/> was read.</param>
public sealed record Section<T>(T? Value, SectionError? Error, DateTimeOffset? AsOf)
    where T : class
{
    /// <summary>Never read, no attempt has failed yet.</summary>
    public static readonly Section<T> Unread = new(null, null, null);

    /// <summary>Whatever was answered.</summary>
    public bool WasAsked => Value is not null || Error is not null;

    public bool IsStale => Value is not null && Error is not null;

    public Section<T> Read(T value, DateTimeOffset at) => new(value, null, at);

    /// <summary>
    /// Read from many, of whom some failed: what these answered before is still in the value, so that the whole is as old as that, and says
    /// why. With all of them failing nothing was read.
    /// </summary>
    public Section<T> Read(T value, DateTimeOffset at, IEnumerable<SectionError> errors, bool all) =>
        errors.FirstOrDefault() is not { } error ? Read(value, at)
        : all ? Failed(error)
        : new Section<T>(value, Error, AsOf ?? at).Failed(error);

    /// <summary>Worked out from another section as well, whose trouble it shares: it is as old as the older of them.</summary>
    public Section<T> With<TOther>(Section<TOther> other)
        where TOther : class =>
        other.Error is null || Value is null ? this : new(Value, Error ?? other.Error, other.AsOf < AsOf ? other.AsOf : AsOf);

    /// <summary>
    /// What a cluster does not have, it still does not have while nobody answers. Where it turns out to have it, the failure is a new one.
    /// </summary>
    public Section<T> Failed(SectionError error) =>
        Error is { Kind: SectionErrorKind.Unsupported }
            ? error.Kind is SectionErrorKind.TimedOut or SectionErrorKind.Unreachable ? this : this with { Error = error }
            : this with { Error = Error is null ? error : error with { Since = Error.Since } };
}

/// <summary>Why the last reading failed.</summary>
/// <param name="Kind">Whether it timed out, was refused, or does not exist in this cluster.</param>
/// <param name="Source">What did not answer.</param>
/// <param name="Code">Kafka's or ZooKeeper's constant name, when the refusal was theirs: "CLUSTER_AUTHORIZATION_FAILED".</param>
/// <param name="Message">One plain sentence: what was tried, what was answered.</param>
/// <param name="Since">When the first of the failures in a row happened.</param>
/// <param name="Waited">How long was waited for an answer that did not come; null when nothing timed out, or when it is not known.</param>
public sealed record SectionError(
    SectionErrorKind Kind, ErrorSource Source, string? Code, string Message, DateTimeOffset Since, TimeSpan? Waited = null)
{
    /// <summary>What has to be looked at; null where none of these is known to be it.</summary>
    public FailureReason? Reason { get; init; } = Kind switch
    {
        SectionErrorKind.TimedOut => FailureReason.Timeout,
        SectionErrorKind.Unreachable => FailureReason.Unreachable,
        _ => null,
    };

    /// <summary>The message for readers of pages; null where its words have no translation.</summary>
    public CodedText? Told { get; init; }

    /// <summary>What this cluster does not have.</summary>
    internal static SectionError Unsupported(ErrorSource source, CodedText why, DateTimeOffset now) =>
        new(SectionErrorKind.Unsupported, source, null, why.English, now) { Told = why };
}

public enum SectionErrorKind
{
    /// <summary>No answer within the deadline. Never to be shown as empty.</summary>
    TimedOut,

    /// <summary>No connection.</summary>
    Unreachable,

    /// <summary>The cluster answered with an error code.</summary>
    Refused,

    /// <summary>This cluster does not have it: no ZooKeeper given, or an API its brokers lack.</summary>
    Unsupported,

    /// <summary>Anything else; a fault of this program, most likely.</summary>
    Failed,
}
