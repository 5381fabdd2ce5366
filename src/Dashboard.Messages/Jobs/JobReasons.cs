using Dashboard.Messages.Bytes;
using Dashboard.Messages.Services;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Kafka.Client;

namespace Dashboard.Messages.Jobs;

/// <summary>Why a job stands still or ended, of what others report.</summary>
static class JobReasons
{
    public static CodedReason Of(Exception fault) => fault switch
    {
        KafkaException kafka => new("kafka", [kafka.CodeName, kafka.Detail], kafka.Message),
        ServiceException => CodedReason.Of("registry", "{0}", fault.Message),
        _ => CodedReason.Of(fault),
    };

    /// <summary>Of a partition that cannot be read.</summary>
    public static CodedReason Of(SectionError error) => error switch
    {
        { Kind: SectionErrorKind.TimedOut } => new("timedOut", [error.Source.Name, error.Message], error.Message),
        { Kind: SectionErrorKind.Unreachable } => new("unreachable", [error.Source.Name, error.Message], error.Message),
        { Code: { } code } => new("kafka", [code, error.Message], error.Message),
        _ => CodedReason.Plain(error.Message),
    };

    /// <param name="why">One sentence.</param>
    public static CodedReason Ended(string why) => CodedReason.Of(
        "actorEnded", "{0} What was begun by it does not go on without somebody who goes on with it.", why);

    /// <summary>Of whoever may not do what a job takes.</summary>
    public static CodedReason Denied(Actor actor, Permission need) => new(
        "denied",
        [$"{actor.Permissions.RolesOn(need.Cluster)} {actor.Name}".Trim(), $"{need.Kind}", $"{need.Action}", need.Cluster ?? ""],
        actor.WhyNot(need));

    public static CodedReason Of(Refusal refusal, Actor actor, Permission need) => refusal.Code switch
    {
        Refusal.DeniedCode => Denied(actor, need),
        Refusal.ReadOnlyCode => new("readOnly", [need.Cluster!], refusal.Message),
        _ => CodedReason.Plain(refusal.Message),
    };
}
