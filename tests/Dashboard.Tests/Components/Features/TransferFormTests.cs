using Bunit;
using Dashboard.Components.Features.Jobs;

namespace Dashboard.Tests.Components.Features;

/// <summary>A copy or redrive as it is typed.</summary>
public sealed class TransferFormTests : PageContext
{
    [Theory]
    [InlineData("copy")]
    [InlineData("redrive")]
    public void Who_has_not_said_yet_where_to_is_asked_and_told_of_nothing_wrong(string kind)
    {
        var form = Render<TransferForm>(p => p
            .Add(f => f.Topic, "orders").Add(f => f.Kind, kind).Add(f => f.Draft, new TransferDraft { TargetCluster = "local" }));
        Assert.Equal("Name the topic to write to.", form.Find("#transfer-why").TextContent);
        Assert.True(form.Find(".panel-foot button").HasAttribute("disabled"));
        Assert.Empty(form.FindAll("[role=alert]"));
        Assert.Empty(form.FindAll(".mud-skeleton"));
        Assert.Contains("A topic to write to is named first", form.Markup, StringComparison.Ordinal);
    }
}
