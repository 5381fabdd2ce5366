using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Znodes;
using Kafka.Client;
using Kafka.Client.Admin.Groups;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Commands.Running;

/// <summary>Commands that brokers of an old release have no way to do, so that their plans say it and not only their runs.</summary>
static class CommandLacks
{
    /// <summary>What has everything that is asked for here.</summary>
    static readonly Version enough = new(2, 4);

    /// <summary>Null: nothing is missing, or no broker answers, which is not the plan's to tell.</summary>
    public static async Task<KafkaException?> OfAsync(
        ClusterCommand command, ClusterSnapshot snapshot, KafkaCluster kafka, ControllerRequests controller,
        CancellationToken cancellationToken)
    {
        // of newer ones nothing is asked: a plan is not to wait for brokers that are silent
        if (snapshot.Identity.Value?.KafkaVersion is { } release
            && Version.TryParse(release.TrimEnd('+'), out var known) && known >= enough)
        {
            return null;
        }

        try
        {
            return await AskAsync().ConfigureAwait(false);
        }
        catch (KafkaException)
        {
            return null;
        }

        Task<KafkaException?> AskAsync() => command switch
        {
            ElectLeaders elect => controller.LackOfElectionsAsync(elect.Type, cancellationToken),
            Reassign => controller.LackOfMovesAsync(back: false, cancellationToken),
            CancelReassignment => controller.LackOfMovesAsync(back: true, cancellationToken),
            DeleteGroup => kafka.LackAsync(ApiKey.DeleteGroups, 0, cancellationToken),
            DeleteOffsets => kafka.LackAsync(ApiKey.OffsetDelete, 0, cancellationToken),
            RemoveMembers => kafka.LackAsync(ApiKey.LeaveGroup, MemberCalls.Many, cancellationToken),
            _ => Task.FromResult<KafkaException?>(null),
        };
    }
}
