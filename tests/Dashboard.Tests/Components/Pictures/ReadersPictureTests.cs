using System.Globalization;
using System.Text.RegularExpressions;
using Bunit;
using Dashboard.Components.Pictures;
using Dashboard.Tests.Fakes;

namespace Dashboard.Tests.Components.Pictures;

public sealed partial class ReadersPictureTests : PageContext
{
    /// <summary>A phone is 390 pixels wide; a picture of hundreds of pixels with nothing at its sides would be cut off there.</summary>
    [Fact]
    public void A_small_group_fits_on_a_phone()
    {
        var group = FakeGroups.Of("billing", "orders", 1, 1, DateTimeOffset.UnixEpoch);
        var style = Render<ReadersPicture>(p => p.Add(one => one.Group, group)).Find("svg.diagram").GetAttribute("style")!;
        Assert.InRange(int.Parse(Least().Match(style).Groups[1].Value, CultureInfo.InvariantCulture), 1, 330);
    }

    [GeneratedRegex(@"min-width:(\d+)px")]
    private static partial Regex Least();
}
