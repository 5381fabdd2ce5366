namespace Wire;

/// <summary>Runs the steps of a trial: how long each took, and its failure as a step that is not Ok.</summary>
/// <param name="words">What a failure says to people; null for one that is none of the step's, and is thrown.</param>
public sealed class StepTimer(TimeProvider time, Func<Exception, CodedText?> words)
{
    /// <param name="run">Returns the detail.</param>
    public async Task<ConnectionStep> RunAsync(string step, Func<Task<CodedText>> run)
    {
        var start = time.GetTimestamp();
        try
        {
            var detail = await run().ConfigureAwait(false);
            return new ConnectionStep(step, Ok: true, time.GetElapsedTime(start), detail);
        }
        catch (Exception e) when (words(e) is not null)
        {
            return new ConnectionStep(step, Ok: false, time.GetElapsedTime(start), words(e)!);
        }
    }

    public static ConnectionStep NotNeeded(string step, CodedText why) => new(step, Ok: true, TimeSpan.Zero, why);
}
