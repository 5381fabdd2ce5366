using ZooKeeper.Server.Storage;

namespace ZooKeeper.Server.Tests.Storage;

public sealed class Adler32Tests
{
    [Fact]
    public void Adler32_is_that_of_zlib()
    {
        Assert.Equal(0x11e60398, Adler32.Of("Wikipedia"u8));
        Assert.Equal(1, Adler32.Of([]));
        var bytes = new byte[100_000];
        Array.Fill(bytes, (byte)0xff);
        var sum = new Adler32();
        sum.Add(bytes.AsSpan(0, 7));
        sum.Add(bytes.AsSpan(7));
        Assert.Equal(Adler32.Of(bytes), sum.Value);
        var (a, b) = bytes.Aggregate((A: 1L, B: 0L), (s, v) => ((s.A + v) % 65521, (s.B + s.A + v) % 65521));
        Assert.Equal((b << 16) | a, sum.Value);
    }
}
