using Dashboard.Api;
using Dashboard.Monitoring.Commands;

namespace Dashboard.Tests.Api;

public sealed class SeenBodyTests
{
    [Fact]
    public void Of_many_that_were_looked_up_those_that_are_not_done_come_first_and_no_more_than_a_hundred()
    {
        var seen = Enumerable.Range(0, 10_000)
            .Select(n => new Sighting($"orders-{n}", n == 9_999 ? null : n != 5_000, "Gone", [], "looked up"));
        var result = new CommandResult(CommandEnd.Unknown, 9_998, [], DateTimeOffset.UnixEpoch) { Seen = [.. seen] };
        var bodies = SeenBody.Of(result)!.ToList();

        Assert.Equal(100, bodies.Count);
        Assert.Equal([("orders-5000", false), ("orders-9999", null)], bodies[..2].Select(body => (body.Subject, body.Happened)));
    }

    [Fact]
    public void Nothing_was_looked_up_where_Kafka_answered() =>
        Assert.Null(SeenBody.Of(new CommandResult(CommandEnd.Done, 1, [], DateTimeOffset.UnixEpoch)));
}
