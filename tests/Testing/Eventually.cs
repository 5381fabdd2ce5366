using Xunit.Sdk;

namespace Testing;

/// <summary>Waits for a condition with a deadline: what tests do instead of sleeping.</summary>
public static class Eventually
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Asks every 20 ms until the condition holds; past the deadline the test fails and says what it waited for.</summary>
    public static Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? deadline = null) =>
        TrueAsync(condition, () => what, deadline);

    /// <summary>The same, where what was waited for is told with what was seen last.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> what, TimeSpan? deadline = null)
    {
        var until = TimeProvider.System.GetTimestamp();
        Exception? last = null;
        while (TimeProvider.System.GetElapsedTime(until) < (deadline ?? Deadline))
        {
            try
            {
                if (await condition())
                {
                    return;
                }

                last = null;
            }
            catch (Exception e) when (e is not XunitException)
            {
                last = e;
            }

            await Task.Delay(20);
        }

        var error = last is null ? "" : $"; last error: {last.Message}";
        throw new XunitException($"Not within {(deadline ?? Deadline).TotalSeconds:0} s: {what()}{error}");
    }

    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? deadline = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, deadline);
}
