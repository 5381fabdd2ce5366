using Dashboard.Monitoring;

namespace Dashboard.Monitoring.Tests.Znodes;

public sealed class ZnodeStatTests
{
    [Theory]
    [InlineData(0L, false)]
    [InlineData(0x0100_0000_0000_0001L, true)]
    [InlineData(unchecked((long)0xfe00_0000_0000_0001), true)]
    [InlineData(unchecked((long)0xff00_0000_0000_03e8), false)]
    [InlineData(unchecked((long)0xff22_331d_d420_0001), true)]
    [InlineData(long.MinValue, false)]
    public void Only_a_session_makes_a_node_ephemeral(long owner, bool ephemeral) =>
        Assert.Equal(ephemeral, new ZnodeStat(1, 1, default, default, 0, 0, 0, owner, 0, 0, 1).IsEphemeral);
}
