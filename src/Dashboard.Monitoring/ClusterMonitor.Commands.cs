using Dashboard.Monitoring.Collectors;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Commands.Running;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring;

/// <summary>What is done here is seen here when it is answered: a topic that was created has its page at once.</summary>
public sealed partial class ClusterMonitor
{
    /// <summary>
    /// An answer is not held back for longer: what was done shows with one of the next readings then. Groups are read of all coordinators,
    /// and wait for one that is silent.
    /// </summary>
    static readonly TimeSpan mostHeld = TimeSpan.FromSeconds(10), mostHeldOfGroups = TimeSpan.FromSeconds(5);

    /// <summary>Before it is read again: brokers hear of a change one after the other.</summary>
    static readonly TimeSpan firstPause = TimeSpan.FromMilliseconds(50), mostPause = TimeSpan.FromSeconds(1);

    /// <summary>Until the snapshot shows what was done, and all brokers that answer know of it.</summary>
    async Task TakeUpAsync(ClusterCommand command, ClusterSnapshot before, CancellationToken cancellationToken)
    {
        // before anything is read: the first answer without the topic then ends its page at once
        Post(now => now with { Deleted = Deleted(now.Deleted, command) });
        if (running.Count == 0 || CommandEffects.Of(command, before) is not { } shows)
        {
            return;
        }

        var most = command is GroupCommand ? mostHeldOfGroups : mostHeld;
        using var limit = new CancellationTokenSource(most, time);
        using var held = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken, stopping.Token);
        try
        {
            await UntilAsync(
                () =>
                {
                    ReadFor(command);
                    return Task.FromResult(shows(Current));
                },
                WaitForAsync(shows, most, held.Token), held.Token).ConfigureAwait(false);
            // the snapshot is one broker's answer; the caller may ask another one next, and has to find its topic there
            if (CommandEffects.Brokers(command) is (var topic, var partitions))
            {
                await UntilAsync(() => AllKnowAsync(topic, partitions, held.Token), null, held.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException or KafkaException)
        {
            // the command was done all the same
        }
    }

    /// <summary>Asks again and again, or until what is waited for beside it comes.</summary>
    async Task UntilAsync(Func<Task<bool>> isSo, Task? comes, CancellationToken cancellationToken)
    {
        for (var pause = firstPause; comes is not { IsCompleted: true } && !await isSo().ConfigureAwait(false); pause *= 2)
        {
            var next = Task.Delay(pause < mostPause ? pause : mostPause, time, cancellationToken);
            await (await Task.WhenAny(comes ?? next, next).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    void ReadFor(ClusterCommand command)
    {
        if (command is GroupCommand)
        {
            Wake<LagCollector>();
        }
        else
        {
            Wake<MetadataCollector>();
        }
    }

    /// <summary>A broker that does not answer has nothing to say about it.</summary>
    async Task<bool> AllKnowAsync(string topic, int partitions, CancellationToken cancellationToken)
    {
        var request = new MetadataRequest { Topics = [new() { Name = topic }], AllowAutoTopicCreation = false };
        var answers = await commanded!.SendToAllAsync(_ => request, cancellationToken, mostPause).ConfigureAwait(false);
        return answers.Values.Where(answer => answer.Succeeded).All(answer => answer.Value!.Topics.Any(
            found => found.Name == topic && found.ErrorCode == (short)ErrorCode.None && found.Partitions.Count >= partitions
                && found.Partitions.All(partition => partition.LeaderId >= 0)));
    }

    static IReadOnlySet<string> Deleted(IReadOnlySet<string> before, ClusterCommand command) => command switch
    {
        DeleteTopic delete => new HashSet<string>(before) { delete.Name },
        CreateTopic create when before.Contains(create.Name) => before.Where(name => name != create.Name).ToHashSet(),
        _ => before,
    };
}
