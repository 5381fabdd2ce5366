using System.Collections.Immutable;
using Bunit;
using Dashboard.Components.Features.Clusters;
using Dashboard.Monitoring;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Wire;

namespace Dashboard.Tests.Components.Features;

/// <summary>The pages on which clusters are defined: what is shown of them, what is kept, what is never shown.</summary>
public sealed class ClusterPagesTests : PageContext
{
    const string Planted = "planted-secret";

    static readonly ClusterDefinition kept = new()
    {
        Id = "eu",
        Name = "Prod EU",
        Label = "production",
        Colour = "red",
        Kafka = "k1:9093,k2:9093",
        Properties = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary<string, string>(
        [
            new("security.protocol", "SASL_SSL"), new("sasl.mechanism", "SCRAM-SHA-512"), new("ssl.truststore.password", Planted),
            new("sasl.jaas.config", $"x required username=\"u\" password=\"{Planted}\";"),
        ]),
    };

    NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    [Fact]
    public void The_list_says_where_each_is_described_and_how_it_is_secured()
    {
        Catalog.Define(new() { Id = "local", Name = "local", Source = DefinitionSource.Hosted });
        Catalog.Define(kept);
        Catalog.Define(new() { Id = "zk", Name = "zk", ZooKeeper = "z:2181", ReadOnly = true, Source = DefinitionSource.File });
        Catalog.Problems = [.. Enumerable.Range(7, 30).Select(line => CodedText.Plain($"clusters.yaml line {line}: id is missing."))];
        var page = Render<ClusterSettings>();
        var rows = page.FindAll("tbody tr");
        Assert.Equal(["hosted here", "added here", "clusters.yaml"], rows.Select(r => r.QuerySelector("[data-l=From]")!.TextContent));
        Assert.Equal("SASL over TLS · SCRAM-SHA-512", rows[1].QuerySelector("[data-l=Security]")!.TextContent);
        Assert.Equal(["allowed", "allowed", "read-only"], rows.Select(r => r.QuerySelector("[data-l=Changes]")!.TextContent));
        Assert.Equal([0, 2, 0], rows.Select(r => r.QuerySelectorAll(".actions .btn").Length));
        Assert.Contains("clusters.yaml", rows[2].QuerySelector(".actions-cell")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("line 7", page.Find(".mud-alert").TextContent, StringComparison.Ordinal);
        Assert.Equal(10, page.FindAll(".mud-alert").Count);
        Assert.Contains("20 more of this kind", page.Find("p.minor").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(Planted, page.Markup, StringComparison.Ordinal);
    }

    /// <summary>The keys that encrypted its secrets are gone: it is no link to a cluster, and its secrets are entered anew.</summary>
    [Fact]
    public async Task One_whose_secrets_cannot_be_decrypted_has_a_row_and_a_way_out()
    {
        Catalog.Locked = [Secrets.Masked(kept)];
        var page = Render<ClusterSettings>();
        var row = Assert.Single(page.FindAll("tbody tr"));
        Assert.Contains("cannot be decrypted", row.TextContent, StringComparison.Ordinal);
        Assert.Equal(["settings/clusters/eu"], row.QuerySelectorAll("a").Select(a => a.GetAttribute("href")));
        Assert.NotNull(row.QuerySelector(".danger"));
        var editor = Render<ClusterEditor>(p => p.Add(c => c.Id, "eu"));
        Assert.Contains("enter each of them again", editor.Find(".lede").TextContent, StringComparison.Ordinal);
        Assert.Contains("enter it again", editor.Markup, StringComparison.Ordinal);
        await editor.Find(".panel-foot .primary").ClickAsync();
        Assert.Equal(ClusterDefinition.KeepSecret, Assert.Single(Catalog.Seen).Properties["sasl.jaas.config"]);
    }

    [Fact]
    public async Task Removing_opens_when_the_id_is_typed()
    {
        Catalog.Define(kept);
        var dialog = RenderDialogs();
        var page = Render<ClusterSettings>();
        await page.Find("tbody .danger").ClickAsync();
        Assert.True(dialog.Find(".danger").HasAttribute("disabled"));
        await dialog.Find("input").InputAsync(new() { Value = "Prod" });
        Assert.NotEmpty(dialog.FindAll(".mud-input-error"));
        await dialog.Find("input").InputAsync(new() { Value = "eu" });
        await dialog.Find(".danger").ClickAsync();
        Assert.Empty(Catalog.Definitions);
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("tbody tr")));
    }

    [Fact]
    public async Task Adding_proposes_the_id_and_keeps_what_was_filled_in()
    {
        var page = Render<ClusterEditor>();
        Assert.True(page.Find(".panel-foot .primary").HasAttribute("disabled"));
        await TypeAsync(page, "Name, shown everywhere", "Prod AP");
        Assert.Equal("prod-ap", Field(page, "Id, in addresses").GetAttribute("value"));
        await TypeAsync(page, "Bootstrap servers", "k1:9092");
        await page.Find("input[type=checkbox]").ChangeAsync(new() { Value = true });
        await page.Find(".panel-foot .primary").ClickAsync();
        var added = Assert.Single(Catalog.Definitions);
        Assert.Equal(("prod-ap", "Prod AP", "k1:9092", true), (added.Id, added.Name, added.Kafka, added.ReadOnly));
        Assert.EndsWith("/settings/clusters", Navigation.Uri, StringComparison.Ordinal);
        Assert.NotNull(Registry.Find("prod-ap"));
    }

    [Theory]
    [InlineData("kafka", "Bootstrap servers")]
    [InlineData("id", "Id, in addresses")]
    [InlineData("properties.client.id", "All properties: paste a client.properties here")]
    public async Task What_cannot_be_taken_is_said_at_its_field_until_it_is_changed(string field, string label)
    {
        var page = Render<ClusterEditor>();
        await TypeAsync(page, "Name, shown everywhere", "a");
        await TypeAsync(page, "Bootstrap servers", "k1");
        Catalog.Refusal = new ClusterDefinitionException(field, "no port");
        await page.Find(".panel-foot .primary").ClickAsync();
        Assert.Contains("no port", Field(page, label).Closest(".mud-input-control")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(Catalog.Definitions);
        await TypeAsync(page, "Bootstrap servers", "k1:9092");
        Assert.DoesNotContain("no port", page.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("colour")]
    [InlineData("zooKeeperProperties.digest")]
    public async Task What_belongs_to_no_field_that_is_shown_is_said_below(string? field)
    {
        var page = Render<ClusterEditor>();
        await TypeAsync(page, "Name, shown everywhere", "a");
        await TypeAsync(page, "Bootstrap servers", "k1:9092");
        Catalog.Refusal = new ClusterDefinitionException(field, "no room");
        await page.Find(".panel-foot .primary").ClickAsync();
        Assert.Equal("no room", page.Find(".mud-alert-text-error").TextContent.Trim());
    }

    [Fact]
    public async Task What_is_passed_over_is_told_a_moment_after_the_last_key()
    {
        Catalog.Warnings = [CodedText.Plain("sasl.mechansim: no client knows it.")];
        var page = Render<ClusterEditor>();
        await TypeAsync(page, "Name, shown everywhere", "a");
        await TypeAsync(page, "Bootstrap servers", "k1:9092");
        Assert.Empty(page.FindAll(".mud-alert"));
        Time.Advance(TimeSpan.FromSeconds(1));
        page.WaitForAssertion(() => Assert.Contains("mechansim", page.Find(".mud-alert").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_secret_is_never_sent_to_the_browser_again_and_stays()
    {
        Catalog.Define(kept);
        var page = Render<ClusterEditor>(p => p.Add(e => e.Id, "eu"));
        Assert.DoesNotContain(Planted, page.Markup, StringComparison.Ordinal);
        Assert.True(Field(page, "Id, in addresses").HasAttribute("disabled"));
        await TypeAsync(page, "Name, shown everywhere", "Prod Europe");
        await page.Find(".panel-foot .primary").ClickAsync();
        var replaced = Catalog.Definitions[0];
        Assert.Equal(("eu", "Prod Europe", "red"), (replaced.Id, replaced.Name, replaced.Colour));
        Assert.Equal(ClusterDefinition.KeepSecret, replaced.Properties["sasl.jaas.config"]);
    }

    [Fact]
    public void One_that_is_described_elsewhere_is_not_changed_here()
    {
        Catalog.Define(kept with { Source = DefinitionSource.File });
        Assert.Equal("eu cannot be changed on this page", Render<ClusterEditor>(p => p.Add(e => e.Id, "eu")).Find("h1").TextContent);
    }

    [Fact]
    public async Task A_test_shows_each_step_and_what_was_not_reached()
    {
        Catalog.Testing = (_, _) => Task.FromResult<ImmutableArray<ConnectionStep>>(
        [
            new("resolve", true, TimeSpan.FromMilliseconds(8), "1 name"), new("connect", true, TimeSpan.FromMilliseconds(60), "1 of 1"),
            new("tls", false, TimeSpan.FromSeconds(1.1), "the certificate of k1 is for k2"),
        ]);
        var page = Render<ClusterEditor>();
        await TypeAsync(page, "Name, shown everywhere", "a");
        await TypeAsync(page, "Bootstrap servers", "k1:9093");
        await TestButton(page).ClickAsync();
        page.WaitForAssertion(() => Assert.Equal(7, page.FindAll(".test").Count));
        Assert.Equal("stopped at TLS", page.FindAll(".panel-head .state")[^1].TextContent.Trim());
        Assert.Contains("k1 is for k2", page.Find(".test.is-bad").TextContent, StringComparison.Ordinal);
        Assert.All(page.FindAll(".test").Skip(3), step => Assert.Contains("not reached", step.TextContent, StringComparison.Ordinal));
        Assert.Empty(Catalog.Definitions);
        await TypeAsync(page, "Bootstrap servers", "k1:9092");
        Assert.Empty(page.FindAll(".test"));
    }

    [Fact]
    public async Task A_test_can_be_cancelled_and_holds_nothing_up()
    {
        var asked = new TaskCompletionSource<CancellationToken>();
        Catalog.Testing = async (_, cancellation) =>
        {
            asked.SetResult(cancellation);
            await Task.Delay(Timeout.Infinite, cancellation);
            return [];
        };
        var page = Render<ClusterEditor>();
        await TypeAsync(page, "Bootstrap servers", "black-hole:9092");
        var running = TestButton(page).ClickAsync();
        var token = await asked.Task;
        await TypeAsync(page, "Name, shown everywhere", "still here");
        Assert.Equal("Cancel", TestButton(page).TextContent.Trim());
        await TestButton(page).ClickAsync();
        Assert.True(token.IsCancellationRequested);
        await running;
        Assert.Equal("Test", TestButton(page).TextContent.Trim());
        Assert.Empty(page.FindAll(".mud-alert-text-error"));
    }

    static AngleSharp.Dom.IElement TestButton(IRenderedComponent<ClusterEditor> page) =>
        page.Find("section[aria-labelledby=connection-test] .panel-head button");

    static Task TypeAsync(IRenderedComponent<ClusterEditor> page, string label, string text) =>
        Field(page, label).InputAsync(new() { Value = text });

    static AngleSharp.Dom.IElement Field(IRenderedComponent<ClusterEditor> page, string label) =>
        page.FindAll("input, textarea").First(f =>
            f.GetAttribute("aria-label") == label
            || f.Closest(".mud-input-control")?.QuerySelector("label")?.TextContent.Trim() == label);
}
