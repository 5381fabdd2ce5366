namespace Dashboard.Nodes;

/// <summary>Why an action is not possible in a node's state.</summary>
public enum NodeObstacle
{
    /// <summary>It is paused: it cannot leave in order before it is resumed.</summary>
    Paused,

    /// <summary>It is paused: what starts it again is to resume it.</summary>
    Resume,

    /// <summary>It is being stopped.</summary>
    Stopping,

    /// <summary>It runs already, or is being started.</summary>
    Runs,

    NotPaused,
    NotRunning,
}

/// <summary>Which actions are possible in which state, and where each one leads.</summary>
public static class NodeActionRules
{
    /// <summary>Null when the action is possible.</summary>
    public static NodeObstacle? Obstacle(NodeState state, NodeAction action) => (action, state) switch
    {
        (NodeAction.Start, NodeState.Stopped or NodeState.Killed or NodeState.Failed) => null,
        (NodeAction.Stop, NodeState.Running or NodeState.Starting or NodeState.Failed) => null,
        (NodeAction.Kill, NodeState.Running or NodeState.Starting or NodeState.Paused or NodeState.Stopping) => null,
        (NodeAction.Pause, NodeState.Running) => null,
        (NodeAction.Resume, NodeState.Paused) => null,
        (NodeAction.Stop, NodeState.Paused) => NodeObstacle.Paused,
        (NodeAction.Start, NodeState.Paused) => NodeObstacle.Resume,
        (NodeAction.Resume, _) => NodeObstacle.NotPaused,
        (NodeAction.Start or NodeAction.Stop, NodeState.Stopping) => NodeObstacle.Stopping,
        (NodeAction.Start, _) => NodeObstacle.Runs,
        _ => NodeObstacle.NotRunning,
    };

    /// <summary>The same in words that follow "cannot be stopped: "; null when the action is possible.</summary>
    public static string? WhyNot(NodeState state, NodeAction action) => Obstacle(state, action) switch
    {
        null => null,
        NodeObstacle.Paused => "it is paused: resume it first, or kill it",
        NodeObstacle.Resume => "it is paused: resume it",
        NodeObstacle.Stopping => "it is being stopped: wait for it, or kill it",
        NodeObstacle.Runs => "it already runs",
        NodeObstacle.NotPaused => "it is not paused",
        _ => "it does not run",
    };

    /// <summary>The state in which the action has done its work. A failed start has not: it is tried again.</summary>
    public static NodeState Goal(NodeAction action) => action switch
    {
        NodeAction.Stop => NodeState.Stopped,
        NodeAction.Kill => NodeState.Killed,
        NodeAction.Pause => NodeState.Paused,
        _ => NodeState.Running,
    };

    /// <summary>The node serves nothing afterwards.</summary>
    public static bool TakesAway(NodeAction action) => action is NodeAction.Stop or NodeAction.Kill or NodeAction.Pause;
}
