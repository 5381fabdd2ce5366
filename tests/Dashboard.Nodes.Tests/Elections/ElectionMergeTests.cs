using Dashboard.Nodes.Elections;

namespace Dashboard.Nodes.Tests.Elections;

/// <summary>
/// Which traces are one election, and what is told of it: kind, leader, epoch, whole milliseconds from start to end, and who looked.
/// </summary>
public sealed class ElectionMergeTests
{
    /// <summary>
    /// What three real coordinators traced: a first election; the leader killed; it comes back;
    /// the two others killed and started one after the other; all killed and started.
    /// </summary>
    [Fact]
    public void A_real_ensemble_through_a_kill_a_rejoin_a_minority_and_a_restart()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Elections", "recorded.txt"));
        Assert.Equal(
            [
                "Election of zk3, epoch 1: 1,2,3 in 194",
                "Election of zk2, epoch 2: 1,2 in 219",
                "Rejoin of zk2, epoch 2: 3 in 1",
                "Election of zk2, epoch 3: 1,2 in 224",
                "Rejoin of zk2, epoch 3: 3 in 1",
                "Unanswered of nobody, no epoch: 3 in 1",
                "Election of zk3, epoch 4: 1,2,3 in 3",
            ],
            Told(text));
    }

    /// <summary>
    /// zk1 is cut off for a minute. Meanwhile zk2 and zk3 elect twice, in the rounds in which zk1 looks as well; then it is told.
    /// </summary>
    [Fact]
    public void One_that_is_cut_off_takes_no_part_in_what_the_others_do_meanwhile() => Assert.Equal(
        ["Rejoin of zk3, epoch 6: 1 in 60000", "Election of zk3, epoch 5: 2,3 in 200", "Election of zk3, epoch 6: 2,3 in 210"],
        Told("""
            trace 1 7 0 60000 3 Following True 6
            0 1 0 1 9 4 7 Looking own
            59990 2 1 3 9 6 7 Following settled
            60000 3 1 3 9 6 7 Leading settled
            trace 2 7 10 210 3 Following False 5
            10 2 0 2 9 4 7 Looking own
            12 3 2 3 9 4 7 Looking higher-id
            12 2 0 3 9 4 7 Looking changed
            trace 3 7 10 205 3 Leading False 5
            10 3 0 3 9 4 7 Looking own
            14 2 3 3 9 4 7 Looking equal
            trace 2 8 30000 30210 3 Following False 6
            30000 2 0 2 9 5 8 Looking own
            30002 3 2 3 9 5 8 Looking higher-id
            30002 2 0 3 9 5 8 Looking changed
            trace 3 8 30000 30200 3 Leading False 6
            30000 3 0 3 9 5 8 Looking own
            30004 2 3 3 9 5 8 Looking equal
            """));

    /// <summary>Rounds begin anew with each process: two elections of round 1 are two, though the votes are the same.</summary>
    [Fact]
    public void Two_elections_in_the_same_round_with_the_same_votes_are_two() => Assert.Equal(
        ["Election of zk2, epoch 1: 1,2 in 200", "Election of zk2, epoch 2: 1,2 in 200"],
        Told("""
            trace 1 1 0 200 2 Following False 1
            0 1 0 1 0 0 1 Looking own
            1 2 1 2 0 0 1 Looking higher-id
            trace 2 1 0 200 2 Leading False 1
            0 2 0 2 0 0 1 Looking own
            trace 1 1 5000 5200 2 Following False 2
            5000 1 0 1 0 0 1 Looking own
            5001 2 1 2 0 0 1 Looking higher-id
            trace 2 1 5000 5200 2 Leading False 2
            5000 2 0 2 0 0 1 Looking own
            """));

    /// <summary>One server looks alone for half a minute until a second one comes: the election is what the two of them do.</summary>
    [Fact]
    public void An_election_begins_when_a_majority_looks() => Assert.Equal(
        ["Election of zk2, epoch 3: 1,2 in 203"],
        Told("""
            trace 1 4 0 30203 2 Following False 3
            0 1 0 1 9 2 4 Looking own
            30001 2 1 2 9 2 1 Looking older-round
            30002 2 1 2 9 2 4 Looking higher-id
            30002 1 0 2 9 2 4 Looking changed
            trace 2 4 30000 30203 2 Leading False 3
            30000 2 0 2 9 2 1 Looking own
            30001 1 2 1 9 2 4 Looking lower
            30001 2 0 2 9 2 4 Looking changed
            """));

    /// <summary>It comes back right after the others elected, and hears votes that were cast before they did.</summary>
    [Fact]
    public void A_vote_that_arrives_after_its_election_joins_nobody_to_it() => Assert.Equal(
        ["Election of zk2, epoch 2: 1,2 in 200", "Rejoin of zk2, epoch 2: 3 in 1"],
        Told("""
            trace 1 2 0 200 2 Following False 2
            0 1 0 1 9 1 2 Looking own
            1 2 1 2 9 1 2 Looking higher-id
            1 1 0 2 9 1 2 Looking changed
            trace 2 2 0 200 2 Leading False 2
            0 2 0 2 9 1 2 Looking own
            trace 3 2 300 301 2 Following True 2
            300 3 0 3 9 1 1 Looking own
            300 2 3 2 9 1 2 Looking lower
            300 1 3 2 9 2 2 Following settled
            301 2 3 2 9 2 2 Leading settled
            """));

    [Fact]
    public void What_runs_has_no_end_and_what_its_servers_left_has_no_leader() => Assert.Equal(
        ["Election of nobody, no epoch: 1,2 in 70", "Unanswered of nobody, no epoch: 3 runs"],
        Told("""
            trace 1 2 0 80 - - - -
            0 1 0 1 9 1 2 Looking own
            trace 2 2 10 60 - - - -
            10 2 0 2 9 1 2 Looking own
            12 1 2 1 9 1 2 Looking lower
            trace 3 1 1000 - - - - -
            1000 3 0 3 9 1 1 Looking own
            """));

    static IEnumerable<string> Told(string traces) => ElectionMerge.Merge(TraceText.Read(traces), 2).Reverse().Select(e =>
        $"{e.Kind} of {(e.LeaderId is { } leader ? $"zk{leader}" : "nobody")}, {(e.Epoch is { } epoch ? $"epoch {epoch}" : "no epoch")}: "
        + string.Join(',', e.Steps.Where(s => s.Kind == "initial").Select(s => s.Server).Distinct().Order())
        + (e.EndedAt is { } end ? $" in {(long)(end - e.StartedAt).TotalMilliseconds}" : " runs"));
}
