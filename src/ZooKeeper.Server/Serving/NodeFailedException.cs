namespace ZooKeeper.Server.Serving;

/// <summary>
/// The node cannot go on: its disk refused, or its state cannot be trusted any more. It passes every guard around a connection's input and
/// ends the node. Whatever else a connection's input makes go wrong ends that connection and nothing else: a client must not be able to end
/// a server.
/// </summary>
sealed class NodeFailedException(string reason, Exception cause) : Exception($"{reason}: {cause.Message}", cause)
{
    /// <summary>True for what may be blamed on the connection whose input was being handled.</summary>
    public static bool IsSurvivable(Exception e) => e is not NodeFailedException;

    /// <summary>Runs a step that must succeed: what it throws is the end of the node.</summary>
    public static T Critical<T>(string step, Func<T> run)
    {
        try
        {
            return run();
        }
        catch (Exception e) when (e is not NodeFailedException)
        {
            throw new NodeFailedException(step, e);
        }
    }

    /// <inheritdoc cref="Critical{T}"/>
    public static void Critical(string step, Action run) => Critical(step, () =>
    {
        run();
        return true;
    });
}
