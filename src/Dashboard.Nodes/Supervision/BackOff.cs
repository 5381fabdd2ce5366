using Wire;

namespace Dashboard.Nodes.Supervision;

/// <summary>
/// How often a node failed in a row, and how long it is waited with each new start: doubled each time, up to
/// <see cref="NodeFailures.LongestWait"/>; a node that ran for longer begins anew. Owned by the node's loop.
/// </summary>
sealed class BackOff
{
    /// <summary>Null: it did not fail since it last ran for a while, or since somebody acted on it.</summary>
    public NodeFailures? Failures { get; private set; }

    public void Forget() => Failures = null;

    /// <summary>One more; gives the wait.</summary>
    public TimeSpan Next(Exception? failure, HostedNode node, DateTimeOffset now)
    {
        var told = failure is null ? CodedText.Of("EndedByItself", $"The node ended by itself and gave no reason.")
            : (failure as ICodedFault)?.Told;
        var before = node.State == NodeState.Running && now - node.Since > NodeFailures.LongestWait ? null : Failures;
        Failures = new NodeFailures((before?.Count ?? 0) + 1, before?.Since ?? now, failure?.Message ?? told!.English) { Told = told };
        return TimeSpan.FromSeconds(Math.Min(NodeFailures.LongestWait.TotalSeconds, Math.Pow(2, Failures.Count - 1)));
    }
}
