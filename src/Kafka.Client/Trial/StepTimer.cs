using Wire;

namespace Kafka.Client.Trial;

/// <summary>Runs a step: its time, and its failure as a step that is not Ok.</summary>
sealed class StepTimer(TimeProvider time)
{
    /// <param name="run">Returns the detail.</param>
    internal async Task<ConnectionStep> RunAsync(string step, Func<Task<string>> run)
    {
        var start = time.GetTimestamp();
        try
        {
            var detail = await run().ConfigureAwait(false);
            return new ConnectionStep(step, Ok: true, time.GetElapsedTime(start), detail);
        }
        catch (KafkaException e)
        {
            return new ConnectionStep(step, Ok: false, time.GetElapsedTime(start), e.Message);
        }
    }

    internal static ConnectionStep NotNeeded(string step, string why) => new(step, Ok: true, TimeSpan.Zero, why);
}
