using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Znodes;
using Microsoft.Extensions.Time.Testing;

namespace Dashboard.Monitoring.Tests.Znodes;

public sealed class RecentChildrenTests
{
    static readonly ChildNames wide = ChildNames.Of(Enumerable.Range(0, 1000).Select(i => $"c{i}"));

    readonly FakeTimeProvider time = new();

    [Fact]
    public void A_list_goes_with_the_pzxid_it_was_read_at()
    {
        var recent = new RecentChildren(time);
        recent.Keep("/wide", 7, wide);
        Assert.Same(wide, recent.Find("/wide", 7));
        Assert.Null(recent.Find("/wide", 8));
        recent.Keep("/wide", 8, ChildNames.Of(Enumerable.Range(0, 1001).Select(i => $"c{i}")));
        Assert.Null(recent.Find("/wide", 7));
        Assert.Equal(1001, recent.Find("/wide", 8)!.Count);
        recent.Forget("/wide");
        Assert.False(recent.Has("/wide"));
    }

    [Fact]
    public void What_nobody_asked_for_is_dropped_after_a_while()
    {
        var recent = new RecentChildren(time);
        recent.Keep("/wide", 7, wide);
        for (var i = 0; i < 5; i++)
        {
            time.Advance(TimeSpan.FromSeconds(20));
            Assert.Same(wide, recent.Find("/wide", 7));
        }

        time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(recent.Has("/wide"));
    }

    [Fact]
    public void What_is_small_or_does_not_fit_is_not_kept()
    {
        var recent = new RecentChildren(time);
        recent.Keep("/small", 1, ChildNames.Of(["a", "b"]));
        Assert.False(recent.Has("/small"));
        // 11 bytes and a length each: 16.5 MB a list, of which two do not fit
        var names = new byte[11 * 1_100_000];
        var large = new ChildNames(names, [.. Enumerable.Range(1, 1_100_000).Select(i => i * 11)]);
        recent.Keep("/one", 1, large);
        Assert.True(recent.Has("/one"));
        recent.Keep("/two", 1, large);
        recent.Keep("/three", 1, large);
        Assert.Equal((false, true), (recent.Has("/one"), recent.Has("/three")));
    }
}
