using Bunit;
using Dashboard.Components.Foundation.Bodies;

namespace Dashboard.Tests.Components.Foundation;

/// <summary>What differs between two texts is shown, what is the same is left out, and neither is confused with the other.</summary>
public sealed class TextDiffTests : PageContext
{
    [Fact]
    public void A_changed_word_is_marked_on_both_sides_and_lines_far_from_it_are_left_out()
    {
        var same = string.Join('\n', Enumerable.Range(1, 20).Select(i => $"line {i}"));
        var diff = DiffLines.Of($"{same}\nstate: paid\n{same}", $"{same}\nstate: packed\n{same}");
        Assert.False(diff.IsEqual);
        var changed = Assert.Single(diff.Lines, line => line is { Skipped: 0, IsSame: false });
        Assert.Contains(("paid", true), changed.Before!.Pieces);
        Assert.Contains(("packed", true), changed.After!.Pieces);
        Assert.Equal([17, 17], diff.Lines.Where(line => line.Skipped > 0).Select(line => line.Skipped));
        Assert.Equal(41, diff.Lines.Sum(line => Math.Max(1, line.Skipped)));
        var shown = Render<TextDiff>(p => p.Add(d => d.Before, "a\nb").Add(d => d.After, "a\nc"));
        Assert.Contains("only before", shown.Find(".is-before").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_that_one_side_does_not_have_are_no_empty_lines()
    {
        var diff = DiffLines.Of("a\nb", "a\n\nb");
        Assert.Contains(diff.Lines, line => line is { Before: null, After: { IsChanged: true, Number: 2 } });
        Assert.True(DiffLines.Of("a\nb", "a\nb").IsEqual);
        Assert.True(DiffLines.Of("", "").IsEqual);
    }

    [Fact]
    public void Long_texts_are_compared_in_part_and_it_is_said()
    {
        var one = string.Join('\n', Enumerable.Repeat("x", DiffLines.MostLines + 5));
        var diff = DiffLines.Of(one, one + "\nend");
        Assert.True(diff.IsCut);
        Assert.True(DiffLines.Of(new string('a', 1 << 20), new string('b', 1 << 20)).Lines.Single() is { IsSame: false });
        Assert.Contains("first 2,000 lines", Render<TextDiff>(p => p.Add(d => d.Before, one).Add(d => d.After, one + "\ny")).Markup);
    }
}
