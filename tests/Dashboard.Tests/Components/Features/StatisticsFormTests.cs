using Bunit;
using Dashboard.Components.Features.Statistics;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Components.Features;

/// <summary>The question of a topic's statistics is an address, before and after it is counted.</summary>
public sealed class StatisticsFormTests : PageContext
{
    NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    [Fact]
    public void What_is_typed_stands_in_the_address_beside_the_job_that_is_shown_and_comes_back_from_it()
    {
        Navigation.NavigateTo("clusters/local/topics/orders/statistics?job=j1&isolation=read_uncommitted&to=offset%3A9");
        var form = Open();
        Assert.Equal("offset:9", form.FindAll("input")[1].GetAttribute("value"));
        form.FindAll("input")[0].Input("offset:5");
        form.WaitForAssertion(() =>
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            Assert.EndsWith(
                "statistics?job=j1&from=offset%3A5&to=offset%3A9&isolation=read_uncommitted", Navigation.Uri, StringComparison.Ordinal);
        });
        Assert.Equal("offset:5", Open().FindAll("input")[0].GetAttribute("value"));
    }

    IRenderedComponent<StatisticsForm> Open() => Render<StatisticsForm>(p => p.Add(f => f.Topic, "orders").Add(f => f.Job, "j1"));
}
