using Dashboard.Monitoring.Commands;

namespace Dashboard.Api;

/// <summary>RFC 9457 problem details; the extension "code" is Kafka's or ZooKeeper's constant.</summary>
static class Problems
{
    public static IResult Of(int status, string code, string detail, object? more = null) =>
        Results.Problem(detail, statusCode: status, extensions: more is null
            ? new Dictionary<string, object?> { ["code"] = code }
            : new Dictionary<string, object?> { ["code"] = code, ["refusals"] = more });

    /// <summary>A request that cannot be understood; the code is Kafka's for that.</summary>
    public const string UnreadableCode = "INVALID_REQUEST";

    public static IResult Unreadable(string detail) => Of(StatusCodes.Status400BadRequest, UnreadableCode, detail);

    public static IResult NoCluster(string id) => Of(StatusCodes.Status404NotFound, "UNKNOWN_CLUSTER", $"There is no cluster {id}.");

    public static IResult NotHosted(string id) => Of(StatusCodes.Status404NotFound, "NOT_HOSTED", $"Cluster {id} is not hosted here: its nodes cannot be started or stopped.");

    /// <summary>What Kafka refused, in its own words; the first refusal gives the code.</summary>
    public static IResult Refused(IReadOnlyList<Refusal> refusals) => Of(Status(refusals[0].Code), refusals[0].Code, refusals[0].Message, refusals);

    static int Status(string code) => code switch
    {
        "UNKNOWN_TOPIC_OR_PARTITION" or "UNKNOWN_TOPIC_ID" => StatusCodes.Status404NotFound,
        "TOPIC_ALREADY_EXISTS" or "REASSIGNMENT_IN_PROGRESS" => StatusCodes.Status409Conflict,
        "REQUEST_TIMED_OUT" => StatusCodes.Status504GatewayTimeout,
        "NETWORK_EXCEPTION" or "BROKER_NOT_AVAILABLE" => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
