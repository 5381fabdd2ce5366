using Dashboard.Monitoring.Model;
using Wire;

namespace Dashboard.Messages.Services;

/// <summary>A service beside a cluster did not give, or do, what it was asked for.</summary>
/// <param name="message">One sentence with the service's address; never a secret.</param>
/// <param name="isAnswer">It answered, with a refusal: asking another one, or again soon, gives nothing better.</param>
public class ServiceException(string message, bool isAnswer, Exception? inner = null) : Exception(message, inner)
{
    public bool IsAnswer => isAnswer;

    /// <summary>There is no such thing.</summary>
    public bool IsMissing { get; init; }

    public bool IsTimeout { get; init; }

    /// <summary>As sections have it.</summary>
    public SectionErrorKind Kind => IsTimeout ? SectionErrorKind.TimedOut
        : IsAnswer || Status is not null ? SectionErrorKind.Refused
        : SectionErrorKind.Unreachable;

    /// <summary>What has to be looked at; null: the service understood what it was asked, and has another answer.</summary>
    public FailureReason? Reason => IsTimeout ? FailureReason.Timeout
        : Status is 401 ? FailureReason.Authentication
        : Status is 403 ? FailureReason.Authorization
        : IsAnswer ? null
        : Status is null ? FailureReason.Unreachable
        : FailureReason.Protocol;

    /// <summary>A change that may have been made all the same: it was sent, and not answered for good.</summary>
    public bool MayHaveHappened { get; init; }

    /// <summary>Of HTTP; null when there was no answer.</summary>
    public int? Status { get; init; }

    /// <summary>The service's number of it: a registry's 42201 is a schema that cannot be read. Null where it tells none.</summary>
    public int? Code { get; init; }

    /// <summary>In the service's own words; null where it has none.</summary>
    public string? Said { get; init; }
}
