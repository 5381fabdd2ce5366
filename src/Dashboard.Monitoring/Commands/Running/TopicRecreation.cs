using Kafka.Client;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Commands.Running;

/// <summary>
/// A topic deleted and created again: each of the two is sent once and seen through as it is alone. Whatever goes wrong after the deletion
/// was sent, the result has what creates the topic as it was.
/// </summary>
/// <param name="step">Told when a step begins, with how many are done.</param>
sealed class TopicRecreation(
    ClusterCommandRunner runner, KafkaCluster kafka, Model.ClusterSnapshot snapshot, TimeProvider time, Action<string, int> step)
{
    public const int Steps = 4;

    /// <summary>With ZooKeeper a deletion goes on after the answer, and the name is taken until it has ended.</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(200);

    /// <summary>For the audit log, once it was read.</summary>
    public string? Before { get; private set; }

    public string? After { get; private set; }

    public async Task<CommandResult> RunAsync(RecreateTopic command)
    {
        TopicRecreationPlanner.Doomed doomed;
        step("Reading", 0);
        try
        {
            // read again, not taken from the plan: what goes is created again as it is now
            doomed = await TopicRecreationPlanner.ReadAsync(command, snapshot, kafka, CancellationToken.None).ConfigureAwait(false);
        }
        catch (KafkaException e)
        {
            return runner.Ended(e, command.Name);
        }

        Before = doomed.Trace(doomed.TopicId);
        step("Deleting", 1);
        var gone = await runner.RunAsync(
            () => Task.FromResult(TopicDeletionPlanner.Prepare(new(command.Name), snapshot, kafka, time)),
            command.Name,
            () => step("LookingUp", 1)).ConfigureAwait(false);
        if (!gone.Succeeded)
        {
            // not answered: it may still go, and then this is what brings it back
            return gone.End == CommandEnd.Unknown ? gone with { Again = doomed.Again } : gone;
        }

        step("Going", 2);
        if (!await IsFreeAsync(doomed.Again).ConfigureAwait(false))
        {
            return Stays(command.Name) with { Again = doomed.Again };
        }

        step("Creating", 3);
        var made = await runner.RunAsync(
            () => Task.FromResult(TopicCreationPlanner.Prepare(doomed.Again, doomed.AsBefore, kafka)),
            command.Name,
            () => step("LookingUp", 3)).ConfigureAwait(false);
        After = made.Succeeded ? doomed.Trace(await NewIdAsync(command.Name).ConfigureAwait(false)) : "deleted, and not created again";

        // the deletion was done, whatever became of the creation: not sent is said of a command of which nothing was
        return made.Succeeded ? made
            : made.End == CommandEnd.NotSent
                ? new CommandResult(CommandEnd.Refused, 0, [made.Reason!], made.At) { Again = doomed.Again }
                : made with { Again = doomed.Again };
    }

    /// <summary>The controller is asked whether it would create the topic now, until the name is not taken any longer.</summary>
    async Task<bool> IsFreeAsync(CreateTopic again)
    {
        for (var began = time.GetTimestamp(); ;)
        {
            try
            {
                var answer = await TopicCreationPlanner.AskAsync(again, validateOnly: true, kafka, CancellationToken.None)
                    .ConfigureAwait(false);
                // any other error as well: the name is free, and the creation itself will report it
                if (answer.Error?.Code != ErrorCode.TopicAlreadyExists)
                {
                    return true;
                }
            }
            catch (KafkaException)
            {
                // the creation itself will say what is wrong with the controller, if that lasts
            }

            if (time.GetElapsedTime(began) >= patience)
            {
                return false;
            }

            await Task.Delay(pause, time).ConfigureAwait(false);
        }
    }

    CommandResult Stays(string topic)
    {
        const string words = "Kafka has taken the deletion and still has the topic: it was not created again.";
        return new(CommandEnd.Unknown, 0, [], time.GetUtcNow())
        {
            Reason = new Refusal(ErrorCode.TopicAlreadyExists, words, topic),
            Seen = [Sighting.TopicStays(topic)],
        };
    }

    /// <summary>Null: brokers have no ids, or do not show the topic so far.</summary>
    async Task<string?> NewIdAsync(string topic)
    {
        try
        {
            var metadata = await kafka.MetadataAsync([topic], CancellationToken.None).ConfigureAwait(false);
            return metadata.Topics.Find(t => t.Name == topic) is { TopicId: var id } && id != Guid.Empty ? KafkaUuid.ToText(id) : null;
        }
        catch (KafkaException)
        {
            return null;
        }
    }
}
