using Dashboard.Components.Foundation.Lists;

namespace Dashboard.Tests.Components.Foundation;

/// <summary>Long lists are sorted once a snapshot, and nothing moves under a pointer.</summary>
public sealed class ListRowsTests
{
    int sorted;

    [Fact]
    public void An_order_is_made_once_for_all_pages_and_unknown_orders_share_one()
    {
        var rows = Rows(Enumerable.Range(0, 40).Select(i => new Row($"r{i:00}", i)));
        Assert.Equal(["r39", "r38"], rows.Part(List("-lag", 1)).Rows.Select(r => r.Name));
        var once = sorted;
        Assert.Equal(["r37", "r36"], rows.Part(List("-lag", 2)).Rows.Select(r => r.Name));
        Assert.Equal(once, sorted);
        Assert.Equal(["r00", "r01"], rows.Part(List("nonsense", 1)).Rows.Select(r => r.Name));
    }

    [Fact]
    public void A_page_after_the_last_is_empty_and_filters_tell_what_they_leave()
    {
        var rows = Rows([new("a", 0), new("ab", 3), new("c", 5)]);
        Assert.Equal(0, rows.Part(List("lag", int.MaxValue)).Rows.Count);
        Assert.Equal(2, rows.Part(List("lag", 1) with { Text = "A" }).Matching);
        Assert.Equal(1, rows.Part(List("lag", 1) with { Text = "A", Is = "behind" }).Matching);
        Assert.Equal(2, rows.Count(rows.Kinds[0]));
    }

    [Fact]
    public void While_held_rows_change_in_place_and_what_is_new_waits()
    {
        var held = new HeldRows<Row>(r => r.Name);
        Show(held, new Row("a", 9), new Row("b", 5), new Row("c", 1));
        held.Held = true;
        Show(held, new Row("b", 8), new Row("a", 7), new Row("c", 2));
        Assert.Equal("a7 b8 c2", Words(held));
        Assert.True(held.Reordered);
        Show(held, new Row("d", 10), new Row("b", 8), new Row("a", 7));
        Assert.Equal("a7 b8", Words(held));
        Assert.Equal(1, held.New);
        held.Held = false;
        Show(held, new Row("d", 10), new Row("b", 8), new Row("a", 7));
        Assert.Equal("d10 b8 a7", Words(held));
        Assert.Equal((0, false), (held.New, held.Reordered));
    }

    [Fact]
    public void Another_address_is_shown_at_once()
    {
        var held = new HeldRows<Row>(r => r.Name);
        Show(held, new Row("a", 9));
        held.Held = true;
        held.Set([new("b", 1)], _ => null, List("name", 1));
        Assert.Equal("b1", Words(held));
    }

    static void Show(HeldRows<Row> held, params Row[] rows) =>
        held.Set(rows, name => Array.Find(rows, r => r.Name == name), List("-lag", 1));

    static string Words(HeldRows<Row> held) => string.Join(' ', held.Shown.Select(r => $"{r.Name}{r.Lag}"));

    static ListState List(string sort, int page) => ListState.Of("clusters/local/groups", null, null, sort, page, "", 2);

    ListRows<Row> Rows(IEnumerable<Row> rows) => new([.. rows], new(
        r => r.Name,
        new Dictionary<string, Func<Row, IComparable?>>
        {
            ["lag"] = r =>
            {
                sorted++;
                return r.Lag;
            },
        },
        [new("behind", "info", r => r.Lag > 0)]));

    sealed record Row(string Name, int Lag);
}
