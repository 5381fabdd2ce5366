using System.Globalization;
using Bunit;
using Dashboard.Components.Features.Nodes;
using Dashboard.Nodes;
using Dashboard.Tests.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Wire;

namespace Dashboard.Tests.Components.Features;

/// <summary>Other servers in the place of those that are hosted: what is wrong stands at its field, and nothing stops unasked.</summary>
public sealed class EngineFormTests : PageContext
{
    IRenderedComponent<EngineForm> Open(string planned)
    {
        var form = Render<EngineForm>();
        form.WaitForAssertion(() => Assert.Contains(planned, form.Markup, StringComparison.Ordinal));
        Assert.True(form.Find(".panel-foot button").HasAttribute("disabled"));
        return form;
    }

    [Fact]
    public async Task What_stops_and_starts_is_shown_and_the_clusters_name_opens_the_button()
    {
        var form = Open("Apache Kafka 4.3.0 in KRaft mode");
        Assert.Contains("zk1, zk2, zk3, kafka0, kafka1, kafka2", form.Markup, StringComparison.Ordinal);
        Assert.Contains("/data/engines/apache-kraft", form.Markup, StringComparison.Ordinal);
        await form.FindAll("input").Last().InputAsync(new() { Value = "local" });
        await form.Find(".panel-foot button").ClickAsync();
        Assert.Equal(ExchangeStep.Stopping, Nodes.Exchange!.Step);
        Assert.EndsWith("clusters/local/nodes", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        var audited = Assert.Single(await Audit.ReadLastAsync(9, Xunit.TestContext.Current.CancellationToken));
        Assert.Equal(("node.engine", "engine", "done"), (audited.Action, audited.Subject, audited.Outcome));
        Assert.Equal("embedded, 3 coordinators, 3 brokers", audited.Before);
        Assert.StartsWith("apache zookeeper", audited.After, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_works_on_the_cluster_is_named_and_let_go_before_the_button_opens()
    {
        Turn.TryTake("local", new FakeTaker(Turn));
        var form = Open("The walkthrough of ann");
        await form.FindAll("input:not([type=checkbox])").Last().InputAsync(new() { Value = "local" });
        Assert.True(form.Find(".panel-foot button").HasAttribute("disabled"));
        await form.Find("input[type=checkbox]").ChangeAsync(new() { Value = true });
        await form.Find(".panel-foot button").ClickAsync();
        form.WaitForAssertion(() => Assert.Equal(ExchangeStep.Stopping, Nodes.Exchange?.Step));
        Assert.Null(Turn.Taker("local"));
    }

    [Fact]
    public async Task What_is_wrong_stands_at_its_field_and_keeps_the_button_shut()
    {
        Nodes.WrongHome = "There is no such directory.";
        Nodes.Now = Nodes.Now with { KafkaHome = "/nowhere" };
        var form = Open("There is no such directory.");
        Assert.Contains(form.FindAll(".mud-input-helper-text, .mud-input-error"), e =>
            e.TextContent.Contains("There is no such directory.", StringComparison.Ordinal));
        await form.FindAll("input").Last().InputAsync(new() { Value = "local" });
        Assert.True(form.Find(".panel-foot button").HasAttribute("disabled"));
    }

    [Fact]
    public async Task The_heaps_are_chosen_and_a_reader_of_Chinese_hears_in_Chinese_what_is_wrong()
    {
        Nodes.Now = Nodes.Now with { KafkaHome = "/opt/kafka" };
        var form = Open("Apache Kafka 4.3.0 in KRaft mode");
        var typing = form.FindAll("input").Single(i => i.GetAttribute("placeholder") == "512m").InputAsync(new() { Value = "1g" });
        form.WaitForAssertion(() => Assert.Equal("Checking…", form.Find("#engine-why").TextContent.Trim()));
        Time.Advance(TimeSpan.FromSeconds(1));
        await typing;
        Assert.Equal("1g", Nodes.Planned!.KafkaHeap);
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-Hans");
        try
        {
            Nodes.WrongHome = "There is no such directory.";
            Nodes.WrongHomeTold = CodedText.Of("NoDirectory", $"{"--kafka-home"} {"/nowhere"}: there is no such directory.");
            Assert.Contains("没有目录 /nowhere。", Open("没有目录").Markup, StringComparison.Ordinal);
            Nodes.WrongHome = null;
            Open("Apache Kafka 4.3.0，KRaft 模式，Java 17");
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    [Fact]
    public void Where_the_command_line_has_chosen_the_page_says_so()
    {
        Nodes.ChosenElsewhere = "The engine is set where the program is started.";
        Open("that wins: nothing can be chosen here");
    }

    [Fact]
    public void How_far_an_exchange_is_is_seen_as_it_goes_on_and_with_why_it_failed()
    {
        var progress = Render<EngineProgress>(p => p.Add(e => e.Exchange, Nodes));
        Assert.Equal("", progress.Markup.Trim());
        var begun = new EngineExchange(new(EngineKind.Apache), "Apache Kafka 4.3.0", "ops", ExchangeStep.Stopping, Time.GetUtcNow(), null);
        Nodes.Step(begun);
        progress.WaitForAssertion(() => Assert.Contains("The nodes are being stopped", progress.Markup, StringComparison.Ordinal));
        Nodes.Step(begun with { Step = ExchangeStep.Failed, Error = "No room is left." });
        progress.WaitForAssertion(() => Assert.Contains("No room is left.", progress.Markup, StringComparison.Ordinal));
        Nodes.Step(begun with { Step = ExchangeStep.Done });
        progress.WaitForAssertion(() => Assert.Contains("All nodes run: Apache Kafka 4.3.0", progress.Markup, StringComparison.Ordinal));
    }
}
