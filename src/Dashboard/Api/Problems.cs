using System.Collections.Immutable;
using System.Text.Json;
using Dashboard.Messages.Connect;
using Dashboard.Messages.Jobs;
using Dashboard.Messages.Services;
using Dashboard.Messages.Subjects;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Model;
using Dashboard.Operations;
using Dashboard.Security.Access;
using Kafka.Client;
using Kafka.Protocol;
using Wire;

namespace Dashboard.Api;

/// <summary>
/// RFC 9457 problem details; the extension "code" is Kafka's or ZooKeeper's constant, and "reason" what has to be looked at where it is the
/// connection or a right that failed, as in "error" of what is read.
/// </summary>
static class Problems
{
    public static IResult Of(int status, string code, string detail) => Of(status, code, detail, []);

    public static IResult Of(int status, string code, string detail, FailureReason? reason) => Of(status, code, detail, Why(reason));

    /// <summary>A request that cannot be understood; the code is Kafka's for that.</summary>
    public const string UnreadableCode = "INVALID_REQUEST";

    public static IResult Unreadable(string detail) => Of(StatusCodes.Status400BadRequest, UnreadableCode, detail);

    public static IResult NoCluster(string id) => AccessProblems.NoCluster(id);

    public static IResult NotHosted(string id) =>
        Of(StatusCodes.Status404NotFound, "NOT_HOSTED", $"Cluster {id} is not hosted here: its nodes cannot be started or stopped.");

    public static IResult NoNode(string name) => Of(StatusCodes.Status404NotFound, "UNKNOWN_NODE", $"There is no node {name}.");

    /// <summary>What a service beside a cluster has answered to a question, or that it did not.</summary>
    public static IResult Of(ServiceException e, string code) => Of(
        e.IsMissing ? StatusCodes.Status404NotFound
        : e.IsTimeout ? StatusCodes.Status504GatewayTimeout
        : e.IsAnswer ? StatusCodes.Status422UnprocessableEntity
        : StatusCodes.Status503ServiceUnavailable,
        code, $"{e.Message}.", e.Reason);

    /// <summary>What was asked of Kafka while a request waited.</summary>
    public static IResult Of(KafkaException e) => Of(
        e switch
        {
            KafkaTimeoutException => StatusCodes.Status504GatewayTimeout,
            KafkaUnreachableException => StatusCodes.Status503ServiceUnavailable,
            { Code: ErrorCode.UnknownTopicOrPartition } => StatusCodes.Status404NotFound,
            _ => StatusCodes.Status422UnprocessableEntity,
        },
        e.CodeName, e.Message, Errors.ReasonOf(e));

    /// <summary>A command that was not done, or not to the end. "outcome" says which: refused, notSent or unknown.</summary>
    public static IResult Of(CommandResult result) => result.End switch
    {
        // the first refusal, in Kafka's own words, gives the code
        CommandEnd.Refused => Of(
            Status(result.Refusals[0]), result.Refusals[0].Code, Words(result.Refusals[0]),
            [
                ("outcome", "refused"), ("refusals", Refusal.First(result.Refusals)), .. Why(result.Refusals[0].Reason), .. Again(result),
            ]),
        CommandEnd.NotSent => Of(
            StatusCodes.Status503ServiceUnavailable, result.Reason!.Code, $"Nothing was sent, nothing was changed: {result.Reason.Message}",
            [("outcome", "notSent"), .. Why(result.Reason.Reason)]),
        _ => Of(
            StatusCodes.Status504GatewayTimeout, result.Reason!.Code,
            $"It was sent and not answered, and may still be done: {result.Reason.Message}. "
            + $"Looked up: {string.Join("; ", result.Seen.Take(5).Select(s => s.Words))}.",
            [
                ("outcome", "unknown"), ("done", result.Done), ("seen", SeenBody.Of(result) ?? []),
                ("refusals", Refusal.First(result.Refusals)),
                .. Why(result.Reason.Reason),
                .. Again(result),
            ]),
    };

    /// <summary>What makes a topic as it was that is gone: a body for <c>POST topics</c>.</summary>
    static (string, object?)[] Again(CommandResult result) => result.Again is not { } lost ? [] :
    [
        ("again", new CreateTopicBody(
            lost.Name, null, null, lost.Assignment!.ToDictionary(p => p.Key, p => p.Value.ToArray()), lost.Configs.ToDictionary())),
    ];

    static (string, object?)[] Why(FailureReason? reason) =>
        reason is { } looked ? [("reason", JsonNamingPolicy.CamelCase.ConvertName($"{looked}"))] : [];

    /// <summary>Kafka's own words seldom name what they are about.</summary>
    static string Words(Refusal refused) =>
        refused is { Number: not null, Subject: { Length: > 0 } subject } && !refused.Message.Contains(subject, StringComparison.Ordinal)
            ? $"{subject}: {refused.Message}"
            : refused.Message;

    /// <summary>A change of a group that cannot be made as it is; with "members" where they keep it from being made.</summary>
    public static IResult Of(GroupPlan plan)
    {
        var first = plan.Refusals.FirstOrDefault(r => r.Error is ErrorCode.NonEmptyGroup or ErrorCode.GroupSubscribedToTopic)
            ?? plan.Refusals[0];
        var members = plan.IsActive ? plan.Group?.Members : null;
        return Of(
            Status(first), first.Code, Words(first),
            [
                ("outcome", "refused"), ("refusals", plan.Refusals), .. Why(first.Reason), .. members is null ? [] : Members(members.Value),
            ]);

        static (string, object?)[] Members(ImmutableArray<GroupMemberInfo> members) => [("members", members.Select(Bodies.Of))];
    }

    /// <summary>An exchange of the hosted servers that was not begun; with "running" where something would lose its cluster.</summary>
    public static IResult Of(ExchangeRefusal refused) => Of(
        StatusCodes.Status409Conflict, refused.Running.IsEmpty ? "ENGINE_REFUSED" : "ENGINE_IN_USE", refused.Message,
        refused.Running.IsEmpty ? [] : [("running", refused.Running)]);

    /// <summary>A definition of a cluster that cannot be taken; "field" names what of it.</summary>
    public static IResult Of(ClusterDefinitionException e) => e.Fault switch
    {
        DefinitionFault.Unknown => Of(StatusCodes.Status404NotFound, AccessProblems.UnknownCluster, e.Message),
        DefinitionFault.Denied => AccessProblems.Denied(e.Message),
        DefinitionFault.Conflict => Of(StatusCodes.Status409Conflict, "CLUSTER_CONFLICT", e.Message, [("field", e.Field)]),
        _ => Of(StatusCodes.Status422UnprocessableEntity, "INVALID_CLUSTER", e.Message, [("field", e.Field)]),
    };

    static IResult Of(int status, string code, string detail, IEnumerable<(string Key, object? Value)> more)
    {
        var extensions = new Dictionary<string, object?> { ["code"] = code };
        foreach (var (key, value) in more)
        {
            extensions[key] = value;
        }

        return Results.Problem(detail, statusCode: status, extensions: extensions);
    }

    /// <summary>Of commands, NETWORK_EXCEPTION and REQUEST_TIMED_OUT of Kafka itself are no refusals: it may have been done.</summary>
    static int Status(Refusal refusal) => refusal.Error switch
    {
        _ when refusal.Code is Refusal.ReadOnlyCode or Refusal.DeniedCode => StatusCodes.Status403Forbidden,
        _ when refusal.Code is AccessProblems.UnknownCluster => StatusCodes.Status404NotFound,
        _ when refusal.Code is JobRefusals.CannotGoOnCode or JobRefusals.ActiveCode or JobRefusals.TooManyCode
            or JobRefusals.OtherClusterCode => StatusCodes.Status409Conflict,
        _ when refusal.Code is SchemaRefusals.Unknown or SchemaRefusals.None or ConnectRefusals.Unknown
            or ConnectRefusals.None => StatusCodes.Status404NotFound,
        _ when refusal.Code is SchemaRefusals.Incompatible or SchemaRefusals.Referenced or SchemaRefusals.NotDeleted
            or SchemaRefusals.AlreadyDeleted or ConnectRefusals.Exists or ConnectRefusals.NotStopped or ConnectRefusals.Rebalancing =>
            StatusCodes.Status409Conflict,
        _ when refusal.Code is Refusal.MovedCode or AlterTopicConfigs.ChangedCode => StatusCodes.Status409Conflict,
        ErrorCode.UnknownTopicOrPartition or ErrorCode.UnknownTopicId or ErrorCode.GroupIdNotFound => StatusCodes.Status404NotFound,
        ErrorCode.TopicAlreadyExists or ErrorCode.ReassignmentInProgress or ErrorCode.NonEmptyGroup or ErrorCode.GroupSubscribedToTopic
            or ErrorCode.UnknownMemberId or ErrorCode.RebalanceInProgress => StatusCodes.Status409Conflict,
        ErrorCode.NotController or ErrorCode.BrokerNotAvailable or ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable
            or ErrorCode.CoordinatorLoadInProgress or ErrorCode.LeaderNotAvailable => StatusCodes.Status503ServiceUnavailable,

        // of a plan: what was asked to make it was not answered, and nothing was sent
        ErrorCode.Network or ErrorCode.RequestTimedOut => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
