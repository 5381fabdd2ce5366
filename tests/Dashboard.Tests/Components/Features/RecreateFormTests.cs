using System.Collections.Immutable;
using Bunit;
using Dashboard.Components.Features.Recreation;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Tests.Fakes;
using Kafka.Protocol;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Components.Features;

/// <summary>
/// A topic made anew on its page: what is lost and kept, the name typed, and what is left in hand when it does not come again.
/// </summary>
public sealed class RecreateFormTests : PageContext
{
    FakeCommands Commands => (FakeCommands)Monitor.Commands;

    string Address => Services.GetRequiredService<NavigationManager>().Uri;

    async Task<IRenderedComponent<RecreateForm>> RecreateAsync()
    {
        var form = Render<RecreateForm>(p => p.Add(f => f.Topic, "orders"));
        form.WaitForAssertion(() => Assert.Contains("billing", form.Markup, StringComparison.Ordinal));
        Assert.True(form.Find(".panel-foot button").HasAttribute("disabled"));
        await form.Find("input").InputAsync(new() { Value = "orders" });
        await form.Find(".panel-foot button").ClickAsync();
        return form;
    }

    [Fact]
    public async Task What_is_kept_and_lost_is_shown_and_the_name_opens_the_button()
    {
        var form = await RecreateAsync();
        Assert.Contains("retention.ms", form.Find("tbody").TextContent, StringComparison.Ordinal);
        form.WaitForAssertion(() => Assert.EndsWith("clusters/local/topics/orders", Address, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_it_is_not_created_again_all_it_takes_stands_there_with_a_button_that_does()
    {
        var assignment = ImmutableDictionary<int, ImmutableArray<int>>.Empty.Add(0, [1, 0]);
        var again = new CreateTopic(
            "orders", null, null, assignment, ImmutableDictionary<string, string>.Empty.Add("retention.ms", "86400000"));
        var refusal = new Refusal(ErrorCode.InvalidReplicationFactor, "Only one broker is there.", "orders");
        Commands.Recreated = new(CommandEnd.Refused, 0, [refusal], Time.GetUtcNow()) { Again = again };
        var form = await RecreateAsync();
        form.WaitForAssertion(() => Assert.Contains("orders is not created again.", form.Markup, StringComparison.Ordinal));
        Assert.Contains("\"retention.ms\": \"86400000\"", form.Find("pre").TextContent, StringComparison.Ordinal);
        Assert.True(form.Find(".panel-foot button").HasAttribute("disabled"));
        Assert.False(Cluster.Exists("orders"));
        await form.FindAll("button").Single(button => button.TextContent.Trim() == "Create orders again").ClickAsync();
        form.WaitForAssertion(() => Assert.True(Cluster.Exists("orders")));
        Assert.EndsWith("clusters/local/topics/orders", Address, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_may_delete_and_not_create_is_told_so()
    {
        Who.Actor = FakePermissions.Actor(permission => permission.Action != AccessAction.Create);
        var form = Render<RecreateForm>(p => p.Add(f => f.Topic, "orders"));
        Assert.Contains("may not create topics", form.Find("#recreate-why").TextContent, StringComparison.Ordinal);
    }
}
