using Dashboard.Monitoring.Commands;
using Testing;

namespace Dashboard.Messages.Tests.Producing;

/// <summary>A record whose acknowledgement is lost is looked up: told as written, or as not known, and there once at most.</summary>
public sealed class RecordSenderTests
{
    [Fact]
    public async Task A_record_is_found_whose_acknowledgement_was_lost()
    {
        await using var world = await SendingWorld.StartAsync();
        var topic = await world.TopicAsync();
        Assert.Equal(0, (await world.SendAsync(topic, "before")).Sent?.Offset);
        world.Line.Swallows = Swallows.Answers;
        var (result, sent) = await world.SendAsync(topic, "mine");
        world.Line.Swallows = Swallows.Nothing;
        Assert.Equal((CommandEnd.Done, 1, 1L), (result.End, result.Done, sent?.Offset));
        Assert.Equal("REQUEST_TIMED_OUT", result.Reason?.Code);
        Assert.Equal(("RecordThere", $"{topic}-0 has it at offset 1"), (Assert.Single(result.Seen).Key, result.Seen[0].Words));
        var entry = await world.LastEntryAsync();
        Assert.Equal(("done", "partition 0, offset 1", result.Seen[0].Words), (entry.Outcome, entry.After, entry.Seen));

        // under another identity: the leader must not take it for a copy of one without an answer
        Assert.Equal(2L, (await world.SendAsync(topic, "after")).Sent?.Offset);
        Assert.Equal(["before", "mine", "after"], await world.ValuesAsync(topic));
    }

    [Fact]
    public async Task A_tombstone_has_no_value_which_is_not_an_empty_one()
    {
        await using var world = await SendingWorld.StartAsync();
        var topic = await world.TopicAsync();
        await world.SendAsync(topic, null);
        await world.SendAsync(topic, "");
        Assert.Equal([null, ""], await world.ValuesAsync(topic));
    }

    [Fact]
    public async Task A_record_that_did_not_arrive_is_not_there_as_far_as_was_looked()
    {
        await using var world = await SendingWorld.StartAsync();
        var topic = await world.TopicAsync();
        await world.SendAsync(topic, "before");
        world.Line.Swallows = Swallows.Requests;
        var (result, sent) = await world.SendAsync(topic, "mine", acks: "leader");
        world.Line.Swallows = Swallows.Nothing;
        Assert.Equal((CommandEnd.Unknown, true), (result.End, sent is null));
        Assert.Equal(
            ("RecordMissing", $"{topic}-0 did not have it up to offset 1 when it was looked at"),
            (Assert.Single(result.Seen).Key, result.Seen[0].Words));
        var entry = await world.LastEntryAsync();
        Assert.Equal(("unknown", null, result.Seen[0].Words), (entry.Outcome, entry.After, entry.Seen));
        Assert.Equal(["before"], await world.ValuesAsync(topic));
    }

    [Fact]
    public async Task Where_the_broker_sets_the_time_a_record_like_it_is_not_taken_for_it()
    {
        await using var world = await SendingWorld.StartAsync();
        var topic = await world.TopicAsync(1, ("message.timestamp.type", "LogAppendTime"));
        world.Line.Swallows = Swallows.Answers;
        var (result, sent) = await world.SendAsync(topic, "mine", acks: "leader");
        world.Line.Swallows = Swallows.Nothing;
        Assert.Equal((CommandEnd.Unknown, true, "RecordAlike"), (result.End, sent is null, Assert.Single(result.Seen).Key));
        Assert.Equal(["mine"], await world.ValuesAsync(topic));
    }

    [Fact]
    public async Task Records_go_through_the_same_connection_also_to_a_topic_that_was_made_anew()
    {
        await using var world = await SendingWorld.StartAsync();
        var topic = await world.TopicAsync();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(i, (await world.SendAsync(topic, $"{i}")).Sent?.Offset);
        }

        Assert.Equal((5, 1), (world.Line.Seen, world.Line.Connections));
        await world.RecreateAsync(topic);
        Assert.Equal(0, (await world.SendAsync(topic, "new")).Sent?.Offset);
        Assert.Equal(["new"], await world.ValuesAsync(topic));
    }
}
