using Dashboard.Messages.Bytes;
using Dashboard.Messages.Services;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Wire;

namespace Dashboard.Messages.Jobs;

/// <summary>Why a job stands still or ended, of what others report.</summary>
static class JobReasons
{
    public static CodedText Of(Exception fault) => fault switch
    {
        KafkaException kafka => new("kafka", kafka.Message, [kafka.CodeName, kafka.Detail]),
        ServiceException => CodedText.Of("registry", $"{fault.Message}"),
        _ => CodedText.Of(fault),
    };

    /// <summary>Of a partition that cannot be read.</summary>
    public static CodedText Of(SectionError error) => error switch
    {
        { Kind: SectionErrorKind.TimedOut } => new("timedOut", error.Message, [error.Source.Name, error.Message]),
        { Kind: SectionErrorKind.Unreachable } => new("unreachable", error.Message, [error.Source.Name, error.Message]),
        { Code: { } code } => new("kafka", error.Message, [code, error.Message]),
        _ => CodedText.Plain(error.Message),
    };

    /// <param name="why">One sentence.</param>
    public static CodedText Ended(string why) => CodedText.Of(
        "actorEnded",
        $"{why} What was begun by it does not go on without somebody who goes on with it.");

    /// <summary>Of a user who may not do what a job takes.</summary>
    public static CodedText Denied(Actor actor, Permission need) => new(
        "denied",
        actor.WhyNot(need),
        [$"{actor.Permissions.RolesOn(need.Cluster)} {actor.Name}".Trim(), $"{need.Kind}", $"{need.Action}", need.Cluster ?? ""]);

    /// <summary>Of a job whose cluster is another one than when it began.</summary>
    public static CodedText OtherCluster(string id, string cluster, string began, string now) => CodedText.Of(
        "otherCluster",
        $"Job {id} began on another cluster {cluster}: that was {began}, and Kafka calls this one {now}. "
        + $"It goes on when that one is there again.");

    public static CodedText Of(Refusal refusal, Actor actor, Permission need) => refusal.Code switch
    {
        Refusal.DeniedCode => Denied(actor, need),
        Refusal.ReadOnlyCode => new("readOnly", refusal.Message, [need.Cluster!]),
        _ => CodedText.Plain(refusal.Message),
    };
}
