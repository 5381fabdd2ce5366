using Bunit;
using Dashboard.Components.Features.Reassignments;
using Dashboard.Components.Features.Topics;
using Dashboard.Components.Foundation.Fields;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace Dashboard.Tests.Components.Foundation;

/// <summary>What fields take, what they refuse, and what they tell those who do not see them.</summary>
public sealed class FieldTests : PageContext
{
    [Fact]
    public void A_fault_stands_below_its_field_and_is_told_with_it()
    {
        var field = Render<TextInput>(p => p.Add(t => t.Label, "Name").Add(t => t.Value, "a b").Add(t => t.Fault, "Not a name"));
        var input = field.Find("input");
        Assert.Equal("true", input.GetAttribute("aria-invalid"));
        Assert.Equal("Not a name", field.Find($"#{input.GetAttribute("aria-describedby")}").TextContent.Trim());
        Assert.Equal(input.Id, field.Find("label").GetAttribute("for"));
        field.Render(p => p.Add(t => t.Fault, null));
        Assert.Equal("false", field.Find("input").GetAttribute("aria-invalid"));
        Assert.False(field.Find("input").HasAttribute("aria-describedby"));
    }

    [Fact]
    public void A_hint_is_told_with_its_field()
    {
        var input = Render<TextInput>(p => p.Add(t => t.Value, "7d").Add(t => t.Hint, "= 604800000"));
        Assert.Equal("= 604800000", input.Find($"#{input.Find("input").GetAttribute("aria-describedby")}").TextContent.Trim());
    }

    [Fact]
    public async Task A_key_that_is_no_digit_is_refused_with_words_until_one_is()
    {
        var number = Render<NumberInput>(p => p.Add(n => n.Label, "Partitions").Add(n => n.Value, "3"));
        await number.Find("input").KeyDownAsync(new KeyboardEventArgs { Key = "x" });
        Assert.Equal("Whole numbers only: x is not taken", Why(number));
        Assert.Equal("true", number.Find("input").GetAttribute("aria-invalid"));
        await number.Find("input").KeyDownAsync(new KeyboardEventArgs { Key = "4" });
        Assert.Empty(number.FindAll(".mud-input-helper-text"));
        await number.Find("input").KeyDownAsync(new KeyboardEventArgs { Key = "a", CtrlKey = true });
        Assert.Empty(number.FindAll(".mud-input-helper-text"));
    }

    [Fact]
    public async Task What_the_cluster_refuses_stays_at_the_number_while_it_is_typed()
    {
        var number = Render<NumberInput>(p => p.Add(n => n.Value, "3"));
        number.Render(p => p.Add(n => n.Fault, "Only 3 brokers"));
        Assert.Equal("Only 3 brokers", Why(number));
        await number.Find("input").InputAsync(new() { Value = "33" });
        Assert.Equal("Only 3 brokers", Why(number));
        number.Render(p => p.Add(n => n.Fault, null));
        Assert.Empty(number.FindAll(".mud-input-helper-text"));
    }

    [Fact]
    public void Few_are_listed_and_many_are_found_by_typing()
    {
        Assert.Single(Render<Choice<int>>(p => p.Add(c => c.Options, [1, 2, 3]).Add(c => c.Value, 2)).FindComponents<MudSelect<int>>());
        var many = Render<Choice<int>>(p => p
            .Add(c => c.Options, [.. Enumerable.Range(0, 300)])
            .Add(c => c.Words, id => $"Broker {id}")
            .Add(c => c.Value, 7));
        Assert.Equal("Broker 7", many.Find("input[role=combobox]").GetAttribute("value"));
    }

    [Fact]
    public async Task Of_many_at_most_fifty_are_sent_with_how_many_more_there_are()
    {
        var list = Render<MudPopoverProvider>();
        var finder = Render<Finder<string>>(p => p
            .Add(f => f.Options, [.. Enumerable.Range(0, 5_000).Select(i => $"topic-{i:0000}")])
            .Add(f => f.Value, ""));
        await finder.InvokeAsync(() => finder.FindComponent<MudAutocomplete<string>>().Instance.OpenMenuAsync());
        list.WaitForAssertion(() => Assert.Equal(50, list.FindAll(".mud-list-item").Count));
        Assert.Equal("4,950 more: type to narrow them down", list.Find(".mud-autocomplete-more-items").TextContent.Trim());
    }

    [Fact]
    public async Task A_topic_to_plan_for_is_a_form_without_a_server_and_goes_there_with_one()
    {
        var form = Render<ChooseTopic>(p => p.Add(c => c.Topics, Cluster.Snapshot().Topics.Value!.Topics));
        Assert.Equal(
            ("get", "clusters/local/reassignments/new"),
            (form.Find("form").GetAttribute("method"), form.Find("form").GetAttribute("action")));
        await form.Find("input[name=topic]").InputAsync(new() { Value = "orders" });
        await form.Find("form").SubmitAsync();
        Assert.EndsWith("/reassignments/new?topic=orders", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused_at_the_name()
    {
        var form = Render<CreateTopicForm>(p => p.Add(f => f.Snapshot, Cluster.Snapshot()));
        var typing = form.Find("input").InputAsync(new() { Value = "orders" });
        Time.Advance(TimeSpan.FromSeconds(1));
        await typing;
        form.WaitForAssertion(() =>
        {
            var described = form.Find($"#{form.Find("input").GetAttribute("aria-describedby")}");
            Assert.Contains("already exists", described.TextContent, StringComparison.Ordinal);
        });
        Assert.Empty(form.FindAll(".refusal"));
        Assert.True(form.Find(".panel-foot button").HasAttribute("disabled"));
    }

    [Fact]
    public async Task A_factor_that_cannot_be_reached_is_refused_at_the_factor()
    {
        var form = Render<CreateTopicForm>(p => p.Add(f => f.Snapshot, Cluster.Snapshot()));
        var factor = form.FindAll(".count input")[1];
        var typing = factor.InputAsync(new() { Value = "9" });
        Time.Advance(TimeSpan.FromSeconds(1));
        await typing;
        form.WaitForAssertion(() => Assert.Equal("true", form.FindAll(".count input")[1].GetAttribute("aria-invalid")));
        Assert.Contains("only 3 broker", form.FindAll(".count")[1].TextContent, StringComparison.Ordinal);
        Assert.Empty(form.FindAll(".refusal"));
    }

    [Fact]
    public async Task A_topic_is_deleted_only_by_its_own_name_and_another_is_told_at_the_field()
    {
        var dialog = RenderDialogs();
        Render<DeleteTopicDialog>(p => p.Add(d => d.Topic, "orders"));
        dialog.WaitForElement("input");
        await dialog.Find("input").InputAsync(new() { Value = "ord" });
        Assert.Equal("false", dialog.Find("input").GetAttribute("aria-invalid"));
        await dialog.Find("input").InputAsync(new() { Value = "ordners" });
        dialog.WaitForAssertion(() => Assert.Equal(
            "This is not orders", dialog.Find(".mud-input-error.mud-input-helper-text").TextContent.Trim()));
        Assert.True(dialog.Find("button.danger").HasAttribute("disabled"));
        await dialog.Find("input").InputAsync(new() { Value = "orders" });
        dialog.WaitForAssertion(() => Assert.False(dialog.Find("button.danger").HasAttribute("disabled")));
    }

    static string Why(IRenderedComponent<NumberInput> number) =>
        number.Find($"#{number.Find("input").GetAttribute("aria-describedby")}").TextContent.Trim();
}
