using Dashboard.Messages.Services;
using Dashboard.Monitoring.Commands;
using Kafka.Protocol;
using Wire;

namespace Dashboard.Messages.Connect;

/// <summary>Why a connector cannot be changed. Codes of its own: they are none of Kafka's.</summary>
public static class ConnectRefusals
{
    public const string Unknown = "UNKNOWN_CONNECTOR";

    public const string Exists = "CONNECTOR_EXISTS";

    /// <summary>Its plugin does not take the config.</summary>
    public const string Invalid = "INVALID_CONFIG";

    /// <summary>Offsets are changed of what is stopped.</summary>
    public const string NotStopped = "CONNECTOR_NOT_STOPPED";

    /// <summary>It did not come to rest in time; nothing was done.</summary>
    public const string Rebalancing = "CONNECT_REBALANCING";

    /// <summary>Anything else, or no answer.</summary>
    public const string Connect = "CONNECT";

    /// <summary>The cluster's definition names no such Connect cluster.</summary>
    public const string None = "NO_CONNECT";

    public static Refusal Of(string code, string message, string? subject, FailureReason? reason = null) =>
        new(ErrorCode.PolicyViolation, message, subject) { Code = code, Reason = reason };

    public static Refusal Of(ServiceException e, string? subject) => Of(
        ConnectClient.IsRebalance(e) ? Rebalancing
        : e is { Status: 400, Said: { } said } && said.Contains("STOPPED", StringComparison.Ordinal) ? NotStopped
        : e.Status switch { 404 => Unknown, 409 => Exists, 400 or 422 => Invalid, _ => Connect },
        ConnectClient.IsRebalance(e) ? $"{e.Message}. It was asked for 20 s and not done." : $"{e.Message}.",
        subject, e.Reason);
}
