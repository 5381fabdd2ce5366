namespace Dashboard.Nodes.Tests;

public sealed class NodeActionRulesTests
{
    const NodeObstacle Possible = (NodeObstacle)(-1);

    /// <summary>A row a state: start, stop, kill, pause, resume.</summary>
    public static TheoryData<NodeState, NodeObstacle[]> States() => new()
    {
        { NodeState.Starting, [NodeObstacle.Runs, Possible, Possible, NodeObstacle.NotRunning, NodeObstacle.NotPaused] },
        { NodeState.Running, [NodeObstacle.Runs, Possible, Possible, Possible, NodeObstacle.NotPaused] },
        { NodeState.Stopping, [NodeObstacle.Stopping, NodeObstacle.Stopping, Possible, NodeObstacle.NotRunning, NodeObstacle.NotPaused] },
        { NodeState.Stopped, [Possible, NodeObstacle.NotRunning, NodeObstacle.NotRunning, NodeObstacle.NotRunning, NodeObstacle.NotPaused] },
        { NodeState.Killed, [Possible, NodeObstacle.NotRunning, NodeObstacle.NotRunning, NodeObstacle.NotRunning, NodeObstacle.NotPaused] },
        { NodeState.Paused, [NodeObstacle.Resume, NodeObstacle.Paused, Possible, NodeObstacle.NotRunning, Possible] },
        // one that failed is started again by itself unless it is stopped
        { NodeState.Failed, [Possible, Possible, NodeObstacle.NotRunning, NodeObstacle.NotRunning, NodeObstacle.NotPaused] },
    };

    [Theory]
    [MemberData(nameof(States))]
    public void What_a_state_allows(NodeState state, NodeObstacle[] obstacles)
    {
        Assert.Equal(obstacles, Enum.GetValues<NodeAction>().Select(action => NodeActionRules.Obstacle(state, action) ?? Possible));
        Assert.Equal(obstacles.Select(o => o == Possible), Enum.GetValues<NodeAction>().Select(action => NodeActionRules.WhyNot(state, action) is null));
    }

    [Fact]
    public void From_every_state_something_leads_to_a_node_that_runs_and_to_one_that_does_not()
    {
        foreach (var state in Enum.GetValues<NodeState>().Except([NodeState.Running]))
        {
            Assert.Contains([NodeAction.Start, NodeAction.Resume, NodeAction.Kill], action => NodeActionRules.Obstacle(state, action) is null);
        }

        foreach (var state in Enum.GetValues<NodeState>().Except([NodeState.Stopped, NodeState.Killed]))
        {
            Assert.Contains([NodeAction.Stop, NodeAction.Kill], action => NodeActionRules.Obstacle(state, action) is null);
        }
    }

    [Theory]
    [InlineData(NodeAction.Start, NodeState.Running, false)]
    [InlineData(NodeAction.Stop, NodeState.Stopped, true)]
    [InlineData(NodeAction.Kill, NodeState.Killed, true)]
    [InlineData(NodeAction.Pause, NodeState.Paused, true)]
    [InlineData(NodeAction.Resume, NodeState.Running, false)]
    public void An_action_has_a_goal_and_takes_the_node_away_or_not(NodeAction action, NodeState goal, bool takesAway)
    {
        Assert.Equal((goal, takesAway), (NodeActionRules.Goal(action), NodeActionRules.TakesAway(action)));
        // an action that has reached its goal is not possible once more
        Assert.NotNull(NodeActionRules.Obstacle(goal, action));
    }
}
