using Bunit;
using Bunit.TestDoubles;
using Dashboard.Components.Foundation.Lists;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Components.Foundation;

/// <summary>What is typed above a list, and the address that follows it.</summary>
public sealed class FiltersTests : PageContext
{
    static ListState List(string text) => ListState.Of("clusters/local/topics", text, "offline", null, null, "name");

    IRenderedComponent<Filters> Draw() => Render<Filters>(p => p.Add(f => f.List, List("")));

    [Fact]
    public async Task An_address_that_lags_behind_takes_back_no_key()
    {
        var filters = Draw();
        var input = filters.Find("input[name=q]");
        var first = input.InputAsync(new() { Value = "pa" });
        Time.Advance(TimeSpan.FromMilliseconds(300));
        await first;
        filters.WaitForAssertion(() => Assert.EndsWith(
            "?q=pa&is=offline", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        var second = filters.Find("input[name=q]").InputAsync(new() { Value = "pay" });
        filters.Render(p => p.Add(f => f.List, List("pa")));
        Assert.Equal("pay", filters.Find("input[name=q]").GetAttribute("value"));
        Time.Advance(TimeSpan.FromMilliseconds(300));
        await second;
    }

    [Fact]
    public async Task Addresses_that_lag_behind_by_several_pauses_take_back_no_key()
    {
        var filters = Draw();
        foreach (var typed in (string[])["pa", "paym", "payme"])
        {
            var typing = filters.Find("input[name=q]").InputAsync(new() { Value = typed });
            Time.Advance(TimeSpan.FromMilliseconds(300));
            await typing;
        }

        foreach (var late in (string[])["pa", "payme"]) // the one between was overtaken
        {
            filters.Render(p => p.Add(f => f.List, List(late)));
            Assert.Equal("payme", filters.Find("input[name=q]").GetAttribute("value"));
        }

        filters.Render(p => p.Add(f => f.List, List("pa"))); // going back
        Assert.Equal("pa", filters.Find("input[name=q]").GetAttribute("value"));
    }

    [Fact]
    public void Another_address_is_shown()
    {
        var filters = Draw();
        filters.Render(p => p.Add(f => f.List, List("orders")));
        Assert.Equal("orders", filters.Find("input[name=q]").GetAttribute("value"));
    }

    [Fact]
    public async Task Enter_filters_at_once_and_before_there_is_a_server_the_form_asks_for_the_same_address()
    {
        var filters = Draw();
        var form = filters.Find("form");
        Assert.Equal(("get", "clusters/local/topics"), (form.GetAttribute("method"), form.GetAttribute("action")));
        Assert.Equal("offline", filters.Find("input[type=hidden][name=is]").GetAttribute("value"));
        var typing = filters.Find("input[name=q]").InputAsync(new() { Value = "pay" });
        await filters.Find("form").SubmitAsync();
        await typing;
        Assert.EndsWith("?q=pay&is=offline", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }
}
