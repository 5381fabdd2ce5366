using AngleSharp.Dom;
using Bunit;
using Dashboard.Components.Features.Znodes;
using Dashboard.Tests.Fakes;
using Testing;

namespace Dashboard.Tests.Components.Features;

/// <summary>The tree under a parent with more children than are shown at once.</summary>
public sealed class ZnodeTreeTests : PageContext
{
    const int Children = 450;

    [Fact]
    public async Task A_parent_with_many_children_is_read_a_part_at_a_time()
    {
        var znodes = (FakeZnodes)Monitor.Znodes;
        foreach (var i in Enumerable.Range(0, Children))
        {
            znodes.Put($"/wide/c{i:000}", "");
        }

        var tree = Render<ZnodeTree>(p => p.Add(t => t.Selected, "/wide"));
        await Eventually.TrueAsync(() => Shown(tree).Length == 200, "the first 200 are shown");
        Assert.Equal(("c000", "c199"), (Shown(tree)[0], Shown(tree)[^1]));
        Assert.Contains("1 to 200 of 450", tree.Find(".cap").Text(), StringComparison.Ordinal);
        await tree.FindAll(".cap button")[1].ClickAsync(new());
        Assert.Equal(("c200", "c399"), (Shown(tree)[0], Shown(tree)[^1]));
        await tree.FindAll(".cap button")[1].ClickAsync(new());
        Assert.Equal(("c400", "c449", 50), (Shown(tree)[0], Shown(tree)[^1], Shown(tree).Length));
        Assert.True(tree.FindAll(".cap button")[1].HasAttribute("disabled"));
        await tree.FindAll(".cap button")[0].ClickAsync(new());
        Assert.Equal("c200", Shown(tree)[0]);
    }

    /// <summary>Names of the children of /wide.</summary>
    static string[] Shown(IRenderedComponent<ZnodeTree> tree) =>
    [
        .. tree.FindAll("a[role=treeitem]")
            .Select(a => a.GetAttribute("href")!)
            .Where(h => h.Contains("%2Fwide%2F", StringComparison.Ordinal))
            .Select(h => h[(h.LastIndexOf("%2F", StringComparison.Ordinal) + 3)..]),
    ];
}
