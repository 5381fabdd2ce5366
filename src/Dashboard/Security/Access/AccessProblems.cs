using Dashboard.Monitoring.Commands;

namespace Dashboard.Security.Access;

/// <summary>What is answered to a user who may not, as RFC 9457 problem details with a code.</summary>
static class AccessProblems
{
    public const string UnknownCluster = Refusal.UnknownClusterCode;

    public static IResult Denied(string why) => Of(StatusCodes.Status403Forbidden, Refusal.DeniedCode, why);

    /// <summary>The same for a cluster that is not there and for one that may not be seen.</summary>
    public static IResult NoCluster(string id) => Of(StatusCodes.Status404NotFound, UnknownCluster, $"There is no cluster {id}.");

    public static IResult Of(int status, string code, string detail) =>
        Results.Problem(detail, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code });
}
