using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Model;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Model;

/// <summary>Who counts for the majority, and how much of it is left.</summary>
public sealed class EnsembleTableTests
{
    /// <summary>An observer serves and does not vote.</summary>
    [Theory]
    [InlineData("LFF", null, 3, 2, 1)]
    [InlineData("LFFO", null, 3, 2, 1)]
    [InlineData("LFxO", 3, 3, 2, 0)]
    [InlineData("KxxO", 3, 3, 2, -2)]
    public void The_majority_is_of_the_voters(string roles, int? told, int voters, int majority, int spare)
    {
        var table = Table(roles) with { ToldVoters = told };
        Assert.Equal((voters, majority, spare), (table.Voters, table.Majority, table.Spare));
        Assert.Equal(roles.Length - 3, table.Observers);
    }

    [Fact]
    public void An_observer_that_is_down_was_no_vote()
    {
        var up = Table("LFFO");
        var down = up with { Servers = up.Servers.SetItem(3, up.Servers[3] with { Role = ServerRole.Down }) };
        Assert.Equal((3, 2, 1, 1), (down.Voters, down.Majority, down.Spare, down.Observers));
        Assert.Equal((3, 2, 1), (down.Serving, down.Majority, down.Spare));
    }

    /// <summary>The dashboard was started after it went: the ensemble's configuration tells that there are three votes.</summary>
    [Fact]
    public void A_server_that_was_never_seen_is_no_vote_when_the_ensemble_has_fewer() =>
        Assert.Equal((2, 1), ((Table("LFFx") with { ToldVoters = 3 }).Majority, (Table("LFFx") with { ToldVoters = 3 }).Spare));

    /// <summary>What the connect string leaves out may serve, as one that does not say what it is.</summary>
    [Theory]
    [InlineData("F", 3, 2, 1)]
    [InlineData("x", 3, 2, 0)]
    public void The_connect_string_may_name_some_of_the_voters(string roles, int told, int majority, int spare)
    {
        var table = Table(roles) with { ToldVoters = told };
        Assert.Equal((majority, spare), (table.Majority, table.Spare));
    }

    [Theory]
    [InlineData("server.1=a:1:2:participant\nserver.2=b:1:2:participant;0.0.0.0:2181\nserver.12=c:1:2:observer;2181\nversion=0", 2, true)]
    [InlineData("server.12=[::1]:1:2:OBSERVER\r\nserver.x=a:1:2\nserver.3=a:1:2|b:1:2:participant", 1, true)]
    [InlineData("server.12=a:1:2", 1, false)]
    [InlineData("version=100000000", null, null)]
    [InlineData("", null, null)]
    public void Who_votes_is_in_the_ensembles_configuration(string znode, int? voters, bool? twelfth)
    {
        var votes = EnsembleVotes.Parse(znode);
        Assert.Equal((voters, twelfth), (votes.Voters, votes.IsObserver(12)));
    }

    static EnsembleTable Table(string roles) => Snapshot(ensemble: roles).Ensemble.Value!;
}
