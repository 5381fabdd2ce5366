using static Dashboard.Nodes.NodeObstacle;

namespace Dashboard.Nodes.Tests;

public sealed class NodeActionRulesTests
{
    const NodeObstacle Possible = (NodeObstacle)(-1);

    /// <summary>A row a state: start, stop, kill, pause, resume.</summary>
    public static TheoryData<NodeState, NodeObstacle[]> States() => new()
    {
        { NodeState.Starting, [Runs, Possible, Possible, NotRunning, NotPaused] },
        { NodeState.Running, [Runs, Possible, Possible, Possible, NotPaused] },
        { NodeState.Stopping, [Stopping, Stopping, Possible, NotRunning, NotPaused] },
        { NodeState.Stopped, [Possible, NotRunning, NotRunning, NotRunning, NotPaused] },
        { NodeState.Killed, [Possible, NotRunning, NotRunning, NotRunning, NotPaused] },
        { NodeState.Paused, [Resume, Paused, Possible, NotRunning, Possible] },
        // one that failed is started again by itself unless it is stopped
        { NodeState.Failed, [Possible, Possible, NotRunning, NotRunning, NotPaused] },
    };

    [Theory]
    [MemberData(nameof(States))]
    public void What_a_state_allows(NodeState state, NodeObstacle[] obstacles)
    {
        var actions = Enum.GetValues<NodeAction>();
        Assert.Equal(obstacles, actions.Select(action => NodeActionRules.Obstacle(state, action) ?? Possible));
        Assert.Equal(obstacles.Select(o => o == Possible), actions.Select(action => NodeActionRules.WhyNot(state, action) is null));
    }

    [Fact]
    public void From_every_state_something_leads_to_a_node_that_runs_and_to_one_that_does_not()
    {
        foreach (var state in Enum.GetValues<NodeState>().Except([NodeState.Running]))
        {
            Assert.Contains(
                [NodeAction.Start, NodeAction.Resume, NodeAction.Kill],
                action => NodeActionRules.Obstacle(state, action) is null);
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
