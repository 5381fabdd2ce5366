namespace Dashboard.Monitoring.Tests;

/// <summary>Who looks at what, and how much of it counts.</summary>
public sealed class InterestTests
{
    int came;

    [Fact]
    public void What_several_look_at_counts_once_and_until_the_last_of_them_leaves()
    {
        var book = Book();
        var (one, other) = (book.Look(), book.Look());
        one.At(["a", "b"]);
        other.At(["b", "c"]);
        Assert.Equal(["a", "b", "c"], book.Groups.Order());
        one.Dispose();
        Assert.Equal(["b", "c"], book.Groups.Order());
        other.Dispose();
        Assert.Empty(book.Groups);
    }

    [Fact]
    public void Only_what_nobody_looked_at_before_is_news()
    {
        var book = Book();
        using var one = book.Look();
        using var other = book.Look();
        one.At(["a", "b"]);
        one.At(["b", "a"]);
        other.At(["b"]);
        one.At([]);
        Assert.Equal(1, came);
        other.At(["b", "c"]);
        Assert.Equal(2, came);
    }

    [Fact]
    public void A_page_with_very_many_groups_takes_nothing_from_the_others()
    {
        var book = Book();
        var pages = Enumerable.Range(0, 8).Select(_ => book.Look()).ToList();
        foreach (var (page, number) in pages.Select((page, number) => (page, number)))
        {
            page.At(Enumerable.Range(0, 1000).Select(i => $"{number}-{i}"));
        }

        Assert.Equal(InterestBook.OfAll, book.Groups.Length);
        Assert.All(Enumerable.Range(0, 8).Select(number => $"{number}-"), name =>
            Assert.Equal(InterestBook.OfAll / 8, book.Groups.Count(g => g.StartsWith(name, StringComparison.Ordinal))));
    }

    [Fact]
    public void Eyes_that_are_closed_see_nothing()
    {
        var book = Book();
        var look = book.Look();
        look.Dispose();
        look.At(["a"]);
        Assert.Empty(book.Groups);
    }

    InterestBook Book() => new(() => came++);
}
