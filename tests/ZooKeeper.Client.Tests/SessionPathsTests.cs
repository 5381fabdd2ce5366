using ZooKeeper.Client.FourLetterWords;

namespace ZooKeeper.Client.Tests;

public sealed class SessionPathsTests
{
    [Fact]
    public void Watches_and_ephemerals_are_counted_by_session()
    {
        const string watches = "0x100000a\n\t/brokers/ids\n\t/controller\n0xffff00000000000b\n\t/a b\n\n";
        Assert.Equal(
            new Dictionary<long, int> { [0x100000a] = 2, [unchecked((long)0xffff00000000000b)] = 1 },
            SessionPaths.Count(watches).OrderByDescending(s => s.Key).ToDictionary());
        const string dump = "SessionTracker dump:\nSession Sets (1)/(1):\n1 expire at Thu Jan 01 00:00:00 UTC 1970:\n\t0x5\n"
            + "ephemeral nodes dump:\n"
            + "Sessions with Ephemerals (1):\n0x5:\n\t/brokers/ids/1\n\t/controller\nConnections dump:\nConnections Sets (1)/(1):\n";
        Assert.Equal(new Dictionary<long, int> { [5] = 2 }, SessionPaths.Count(dump));
    }

    [Theory]
    [InlineData("")]
    [InlineData("This ZooKeeper instance is not currently serving requests\n")]
    [InlineData("\t/alone\n0xzz\n\t/a\n")]
    public void Anything_else_has_none(string answer) => Assert.Empty(SessionPaths.Count(answer));
}
