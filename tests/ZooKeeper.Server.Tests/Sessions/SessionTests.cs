using ZooKeeper.Protocol;
using ZooKeeper.Server.Sessions;

namespace ZooKeeper.Server.Tests.Sessions;

public sealed class SessionTests
{
    long now = 1_000_000;

    [Fact]
    public void A_session_ends_after_its_timeout_and_not_before_and_is_reported_once()
    {
        var tracker = new SessionTracker(() => now);
        tracker.Add(1, 4000);
        now += 3000;
        Assert.True(tracker.Touch(1, 4000));
        now += 3999;
        Assert.Empty(tracker.TakeExpired());
        now += 1 + SessionTracker.BucketLength;
        Assert.Equal([KeyValuePair.Create(1L, 4000)], tracker.TakeExpired());
        Assert.Empty(tracker.TakeExpired());
        Assert.False(tracker.Touch(1, 4000));
        Assert.Equal(ZooKeeperError.SessionExpired, tracker.Check(1, null));
        tracker.Remove(1);
        Assert.False(tracker.IsKnown(1));
    }

    [Fact]
    public void Many_sessions_end_in_the_order_of_their_timeouts()
    {
        var tracker = new SessionTracker(() => now);
        for (var id = 0; id < 1000; id++)
        {
            tracker.Add(id, 1000 + (id * 10));
        }

        var ended = new List<long>();
        while (ended.Count < 1000)
        {
            now += 50;
            ended.AddRange(tracker.TakeExpired().Select(s => s.Key).Order());
        }

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (long)i), ended);
    }

    [Fact]
    public void The_first_owner_keeps_a_session_until_it_is_moved()
    {
        var tracker = new SessionTracker(() => now);
        object here = new(), there = new();
        tracker.Add(1, 4000);
        Assert.Equal(ZooKeeperError.Ok, tracker.Check(1, here));
        Assert.Equal(ZooKeeperError.SessionMoved, tracker.Check(1, there));
        tracker.SetOwner(1, there);
        Assert.Equal(ZooKeeperError.Ok, tracker.Check(1, there));
        Assert.Equal(ZooKeeperError.Ok, tracker.Check(1, null));
    }

    [Fact]
    public void A_learner_reports_once_what_it_heard_of()
    {
        var tracker = new LearnerSessionTracker();
        tracker.Touch(1, 4000);
        tracker.Touch(1, 4000);
        tracker.Touch(2, 5000);
        Assert.Equal([KeyValuePair.Create(1L, 4000), KeyValuePair.Create(2L, 5000)], tracker.TakeTouched().OrderBy(t => t.Key));
        Assert.Empty(tracker.TakeTouched());
    }

    [Fact]
    public void Passwords_are_those_of_Apache()
    {
        // new java.util.Random(0x10000abcdef0001L ^ 0xB3415C00L).nextBytes(16), printed by Java 17
        Assert.Equal("76B39F6D54C3BC4F6EBE2FDFF1198ECF", Convert.ToHexString(SessionIds.Password(0x10000abcdef0001)));
        Assert.True(SessionIds.IsPassword(7, SessionIds.Password(7)));
        Assert.False(SessionIds.IsPassword(7, SessionIds.Password(8)));
        Assert.False(SessionIds.IsPassword(0, SessionIds.Password(0)));
        Assert.False(SessionIds.IsPassword(7, [1, 2]));
    }

    [Fact]
    public void Ids_carry_the_server_in_the_top_byte_and_grow()
    {
        var ids = new SessionIds(3, 1_795_000_000_000);
        var first = ids.Next();
        Assert.Equal(3, first >> 56);
        Assert.Equal(first + 1, ids.Next());
        Assert.True(new SessionIds(3, 1_795_000_000_001).Next() > first);
    }
}
