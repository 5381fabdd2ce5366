using Dashboard.Nodes.Runtimes;

namespace Dashboard.Nodes.Supervision;

/// <summary>
/// How a life of a node ends, whatever its disk, its ensemble and its code do then. Neither call throws, nor takes longer than it says.
/// </summary>
static class NodeEnd
{
    static readonly TimeSpan RemainsDeadline = TimeSpan.FromSeconds(2);

    /// <summary>
    /// In order within the deadline; killed past it, with <see cref="RemainsDeadline"/> for each of kill and what is left.
    /// </summary>
    /// <param name="started">The node's start, which was cancelled if it still ran.</param>
    /// <param name="cut">Kills it before the deadline.</param>
    public static async Task StopAsync(
        INodeRuntime node, Task started, TimeSpan deadline, TimeProvider time, CancellationToken cut = default)
    {
        using var late = new CancellationTokenSource(deadline, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cut);
        try
        {
            // a runtime that is still starting cannot be stopped in order
            await started.WaitAsync(limit.Token).ConfigureAwait(false);
            await node.StopAsync(limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            await QuietlyAsync(
                () =>
                {
                    node.Kill();
                    return Task.CompletedTask;
                }).ConfigureAwait(false);
        }

        await QuietlyAsync(() => node.DisposeAsync().AsTask()).ConfigureAwait(false);
    }

    /// <summary>What the remains of a node throw must not reach the others, nor hold them up.</summary>
    public static async Task QuietlyAsync(Func<Task> ending)
    {
        try
        {
            // on another thread: one that blocks is left behind, and holds up nothing
            await Task.Run(ending).WaitAsync(RemainsDeadline).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // given up
        }
    }
}
