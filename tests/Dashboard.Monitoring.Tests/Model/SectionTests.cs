using Dashboard.Monitoring.Model;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Model;

public sealed class SectionTests
{
    static readonly SectionError silent = new(SectionErrorKind.TimedOut, "broker 1", null, "broker 1 did not answer", Start.AddSeconds(5));

    [Fact]
    public void What_was_read_in_part_is_as_old_as_what_is_missing_and_says_why()
    {
        var whole = Section<string>.Unread.Read("a", Start);
        var part = whole.Read("b", Start.AddSeconds(5), [silent], all: false);
        Assert.Equal(("b", silent, Start), (part.Value, part.Error, part.AsOf));
        var later = part.Read("c", Start.AddSeconds(10), [silent with { Since = Start.AddSeconds(10) }], all: false);
        Assert.Equal(("c", silent.Since, Start), (later.Value, later.Error!.Since, later.AsOf));
        var again = later.Read("d", Start.AddSeconds(15), [], all: false);
        Assert.Equal(("d", null, Start.AddSeconds(15)), (again.Value, again.Error, again.AsOf));
    }

    [Fact]
    public void With_all_silent_nothing_was_read()
    {
        var failed = Section<string>.Unread.Read("a", Start).Read("b", Start.AddSeconds(5), [silent], all: true);
        Assert.Equal(("a", silent, Start), (failed.Value, failed.Error, failed.AsOf));
    }

    [Fact]
    public void What_a_cluster_does_not_have_it_lacks_still_when_nobody_answers()
    {
        var none = Section<string>.Unread.Failed(SectionError.Unsupported("controllers", "no quorum", Start));
        Assert.Same(none, none.Failed(silent));
        var refused = silent with { Kind = SectionErrorKind.Refused };
        Assert.Equal(refused, none.Failed(refused).Error);
        Assert.Equal("a", none.Read("a", Start).Value);
    }
}
