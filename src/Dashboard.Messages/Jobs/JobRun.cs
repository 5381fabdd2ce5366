using System.Text.Json;
using Dashboard.Monitoring.Access;

namespace Dashboard.Messages.Jobs;

/// <summary>What a job is given while it runs.</summary>
/// <param name="id">Of the job: the same when it goes on.</param>
/// <param name="who">Who runs it, by the rules of the moment.</param>
/// <param name="checkpoint">Where it goes on.</param>
/// <param name="save">On disk when it returns; throws <see cref="IOException"/>.</param>
/// <param name="report">May be called any number of times.</param>
public sealed class JobRun(
    string id, Func<Actor> who, JsonElement? checkpoint, Action<JsonElement> save, Action<JobProgress> report)
{
    public string Id => id;

    public Actor Actor => who();

    /// <summary>The plan's start, or the last one that was saved.</summary>
    public JsonElement? Checkpoint { get; private set; } = checkpoint;

    public void Save(JsonElement next)
    {
        save(next);
        Checkpoint = next;
    }

    /// <summary>What it found so far, if a former run did; null before that.</summary>
    public JsonElement? Result { get; init; }

    public void Report(JobProgress progress) => report(progress);

    /// <summary>Of what shows only while it runs, such as the topic that a record's header names.</summary>
    /// <exception cref="JobDeniedException">Says what is missing.</exception>
    public void Require(Permission permission)
    {
        var actor = Actor;
        if (!actor.May(permission))
        {
            throw new JobDeniedException(actor.Ended is { } why ? JobReasons.Ended(why) : JobReasons.Denied(actor, permission));
        }
    }
}
