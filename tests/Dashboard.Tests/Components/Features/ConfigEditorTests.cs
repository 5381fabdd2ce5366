using AngleSharp.Dom;
using Bunit;
using Dashboard.Components.Features.Configs;
using Dashboard.Components.Features.Purges;
using Dashboard.Components.Foundation.Lists;
using Dashboard.Localization;
using Dashboard.Monitoring.Access;
using Dashboard.Tests.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Components.Features;

/// <summary>Settings edited several at once: old and new, what is refused, what is lost, what somebody else did meanwhile.</summary>
public sealed class ConfigEditorTests : PageContext
{
    FakeCommands Commands => (FakeCommands)Monitor.Commands;

    IRenderedComponent<ConfigEditor> Open(string? first = null, string? chip = null) => Render<ConfigEditor>(p => p
        .Add(e => e.Topic, "orders").Add(e => e.Known, Cluster.Snapshot().TopicConfigs).Add(e => e.First, first)
        .Add(e => e.List, ListState.Of("clusters/local/topics/orders/configs", null, chip, null, null, "")));

    [Fact]
    public void A_draft_in_the_address_is_open_and_what_is_no_setting_of_the_topic_is_named()
    {
        var editor = Render<ConfigEditor>(p => p
            .Add(e => e.Topic, "orders").Add(e => e.Known, Cluster.Snapshot().TopicConfigs)
            .Add(e => e.List, ListState.Of("clusters/local/topics/orders/configs", null, null, null, null, ""))
            .Add(e => e.Asked, [("set", "retention.ms:36 h"), ("set", "colour:red")]));
        editor.WaitForAssertion(() => Assert.Equal("36 h", Field(editor, "retention.ms").GetAttribute("value")));
        Assert.Contains("colour:red", editor.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        editor.WaitForAssertion(() => Assert.Equal("orders: 1 setting would change", editor.Find("h1").TextContent));
    }

    [Fact]
    public async Task What_is_typed_stands_in_the_address_and_goes_from_it_when_it_is_discarded()
    {
        var address = Services.GetRequiredService<Microsoft.AspNetCore.Components.NavigationManager>();
        var editor = Open("retention.ms");
        await TypeAsync(editor, "retention.ms", "36 h");
        editor.WaitForAssertion(() =>
            Assert.EndsWith("/configs?set=retention.ms:36%20h", address.Uri, StringComparison.Ordinal));
        var discarding = Button(editor, "Discard all 1").ClickAsync();
        Time.Advance(TimeSpan.FromMilliseconds(300));
        await discarding;
        editor.WaitForAssertion(() => Assert.EndsWith("/configs", address.Uri, StringComparison.Ordinal));
    }

    static IElement Button(IRenderedComponent<ConfigEditor> editor, string words) =>
        editor.FindAll("button").First(b => b.TextContent.Trim() == words || b.GetAttribute("aria-label") == words);

    static IElement Field(IRenderedComponent<ConfigEditor> editor, string name) => editor.Find($"input[aria-label='Value of {name}']");

    /// <summary>Typed, and checked after the pause.</summary>
    async Task TypeAsync(IRenderedComponent<ConfigEditor> editor, string name, string value)
    {
        var typing = Field(editor, name).InputAsync(new() { Value = value });
        Time.Advance(TimeSpan.FromMilliseconds(300));
        await typing;
    }

    [Fact]
    public void Overridden_ones_come_first_each_with_its_meaning_and_its_value_in_words()
    {
        var editor = Open();
        Assert.Equal("Settings of orders", editor.Find("h1").TextContent);
        Assert.Equal(
            ["Overridden here 2", "Keep and delete 1", "Segments 1", "Messages 1"],
            editor.FindAll("tr.group").Select(g => g.TextContent.Trim()));
        var row = editor.FindAll("tbody tr")[1];
        Assert.StartsWith("retention.ms", row.QuerySelector("th")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("How long records are kept", row.TextContent, StringComparison.Ordinal);
        Assert.Equal("3 d", row.QuerySelector("[data-l=Value]")!.TextContent.Trim());
        Assert.Contains("else 7 d", row.TextContent, StringComparison.Ordinal);
        Assert.True(Button(editor, "Write 0 settings").HasAttribute("disabled"));
    }

    [Fact]
    public async Task What_deletes_records_says_how_many_and_is_written_when_the_name_is_typed()
    {
        var editor = Open("retention.ms");
        Assert.Equal("3 d", Field(editor, "retention.ms").GetAttribute("value"));
        await TypeAsync(editor, "retention.ms", "1 s");
        const string Lost = "Deletes up to 812 of 900 records and 4.2 MB";
        editor.WaitForAssertion(() => Assert.Contains(Lost, editor.Markup, StringComparison.Ordinal));
        Assert.Equal("orders: 1 setting would change", editor.Find("h1").TextContent);
        Assert.Contains("--add-config retention.ms=1000", editor.Find("pre").TextContent, StringComparison.Ordinal);
        Assert.True(Button(editor, "Write 1 setting").HasAttribute("disabled"));
        await editor.FindAll(".part-of input")[0].InputAsync(new() { Value = "orders" });
        await Button(editor, "Write 1 setting").ClickAsync();
        editor.WaitForAssertion(() => Assert.Contains("The settings are written.", editor.Markup, StringComparison.Ordinal));
        var entry = Assert.Single(await Audit.ReadLastAsync(5, Xunit.TestContext.Current.CancellationToken));
        Assert.Equal(("topic.configs", "done"), (entry.Action, entry.Outcome));
        Assert.Equal("Settings of orders", editor.Find("h1").TextContent);
    }

    [Fact]
    public async Task What_is_no_duration_and_what_somebody_else_changed_keep_the_button_shut()
    {
        var editor = Open("retention.ms");
        await TypeAsync(editor, "retention.ms", "soon");
        Assert.Contains("Not a duration: soon.", editor.Find("tr.then").TextContent, StringComparison.Ordinal);
        Assert.True(Button(editor, "Write 1 setting").HasAttribute("disabled"));

        await TypeAsync(editor, "retention.ms", "5 d");
        editor.WaitForAssertion(() => Assert.False(Button(editor, "Write 1 setting").HasAttribute("disabled")));
        Commands.SetElsewhere("orders", "retention.ms", "86400000");
        Time.Advance(TimeSpan.FromSeconds(5));
        editor.WaitForAssertion(() => Assert.Contains("Somebody changed it meanwhile, to 1 d.", editor.Markup, StringComparison.Ordinal));
        Assert.True(Button(editor, "Write 1 setting").HasAttribute("disabled"));

        var keeping = Button(editor, "Keep mine").ClickAsync();
        Time.Advance(TimeSpan.FromMilliseconds(300));
        await keeping;
        editor.WaitForAssertion(() => Assert.False(Button(editor, "Write 1 setting").HasAttribute("disabled")));
    }

    [Fact]
    public async Task The_topics_own_is_given_back_and_a_change_undone()
    {
        var editor = Open();
        var resetting = Button(editor, "Give retention.ms back to the brokers").ClickAsync();
        Time.Advance(TimeSpan.FromMilliseconds(300));
        await resetting;
        editor.WaitForAssertion(() => Assert.Contains("7 d", editor.Find(".setter strong").TextContent, StringComparison.Ordinal));
        Assert.Contains("--delete-config retention.ms", editor.Find("pre").TextContent, StringComparison.Ordinal);
        var undoing = Button(editor, "Undo the change of retention.ms").ClickAsync();
        Time.Advance(TimeSpan.FromMilliseconds(300));
        await undoing;
        Assert.Empty(editor.FindAll(".setter"));
    }

    [Fact]
    public void Whoever_may_not_change_settings_sees_them_and_why_not()
    {
        Who.Actor = new Actor("anna", null, Permissions.None);
        var editor = Open();
        Assert.All(editor.FindAll("td.full button"), button => Assert.Equal("true", button.GetAttribute("aria-disabled")));
        Assert.NotEmpty(editor.FindAll("td.full button"));
    }

    [Theory]
    [InlineData("retention.ms", "129600000", "1 d 12 h")]
    [InlineData("retention.ms", "1500", "1 s 500 ms")]
    [InlineData("retention.ms", "-1", "no limit")]
    [InlineData("local.retention.ms", "-2", "as retention.ms")]
    [InlineData("segment.bytes", "1073741824", "1 GiB")]
    [InlineData("segment.bytes", "1000000", "1,000,000 B")]
    [InlineData("preallocate", "false", "off")]
    [InlineData("cleanup.policy", "compact,delete", "compact,delete")]
    [InlineData("min.cleanable.dirty.ratio", "0.5", "0.5")]
    public void A_value_is_told_in_words_that_can_be_typed(string name, string value, string words)
    {
        Assert.Equal(words, ConfigWords.Value(new Text(), name, value));
        Assert.True(Monitoring.Commands.ConfigUnits.TryRead(name, ConfigWords.Typed(new Text(), name, value), out var read));
        Assert.Equal(value, read);
    }

    [Fact]
    public void Every_setting_has_a_meaning_in_both_languages_and_a_place()
    {
        var text = new Text();
        foreach (var language in Text.Languages)
        {
            Assert.All(ConfigCatalog.Names, name => Assert.Contains($"ConfigWhat_{name}", text.Table(language).Keys));
        }

        Assert.All(ConfigCatalog.Groups, group => Assert.NotNull(text.Find($"Configs_Group_{group}")));
    }

    [Theory]
    [InlineData("2026-11-28 14:00", "2026-11-28T14:00:00Z")]
    [InlineData("2026-11-28T14:00:00+01:00", "2026-11-28T13:00:00Z")]
    [InlineData("3 days", "2026-11-26T12:00:00Z")]
    [InlineData("soon", null)]
    [InlineData("", null)]
    public void Records_go_before_a_time_or_an_age(string typed, string? time)
    {
        var now = new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
        var choice = new PurgeChoice { Chosen = PurgeChoice.Kind.Time, TimeText = typed };
        var before = choice.Command("orders", TimeZoneInfo.Utc, now, out _)?.Before;
        Assert.Equal(time is null ? null : DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture), before);
        Assert.Equal(typed, PurgeChoice.Of(choice.Address).TimeText);
    }

    [Fact]
    public async Task A_purge_is_previewed_and_waits_for_the_name()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("clusters/local/topics/orders/purge?before=0:110,1:110");
        var form = Render<PurgeForm>(p => p.Add(f => f.Topic, "orders"));
        form.WaitForAssertion(() => Assert.Equal(4, form.FindAll("tbody tr").Count(r => r.QuerySelector("[data-l]") is not null)));
        Assert.Contains("1 group loses records", form.Markup, StringComparison.Ordinal);
        Assert.True(form.Find(".panel-foot button").HasAttribute("disabled"));
        await form.FindAll("input").Last().InputAsync(new() { Value = "orders" });
        await form.Find(".panel-foot button").ClickAsync();
        form.WaitForAssertion(() => Assert.NotNull(Commands.Purged));
        Assert.Equal(110, Commands.Purged!.Offsets![0]);
    }
}
