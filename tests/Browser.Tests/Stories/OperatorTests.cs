using System.Text.RegularExpressions;
using Confluent.Kafka;
using Microsoft.Playwright;
using Testing;

namespace Browser.Tests.Stories;

/// <summary>What an operator opens a page of Kafka for, ten times a day.</summary>
public sealed class OperatorTests(Chromium chromium) : BrowserTest(chromium)
{
    const string Topic = "operated", Group = "operated-readers";
    const int Records = 1_000_000, Wanted = 765_432;

    Rest Rest => new(Dashboard);

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await Rest.DeleteAsync($"groups/{Group}");
            await Rest.DeleteAsync($"topics/{Topic}");
        }
        finally
        {
            await base.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_operator_finds_a_message_sends_one_changes_retention_adds_partitions_and_resets_a_group()
    {
        await Cluster.ReadyAsync(Dashboard);
        await Cluster.CreateTopicAsync(Dashboard, Topic, 3);
        await FillAsync();
        await FindsAsync();
        await SendsAsync();
        await KeepsLongerAsync();
        await AddsPartitionsAsync();
        await ResetsAsync();
    }

    async Task FillAsync()
    {
        var brokers = (await Cluster.ValueAsync(Dashboard, "brokers"))!.AsArray();
        var bootstrap = string.Join(',', brokers.Select(b => $"{b!["host"]}:{b["port"]}"));
        var settings = new ProducerConfig { BootstrapServers = bootstrap, LingerMs = 20, QueueBufferingMaxMessages = 2 * Records };
        using var producer = new ProducerBuilder<string, string>(settings).Build();
        for (var i = 0; i < Records; i++)
        {
            producer.Produce(Topic, new Message<string, string> { Key = $"k-{i:000000}", Value = $"{{\"nth\":{i}}}" });
        }

        producer.Flush(Cancellation);
    }

    /// <summary>One among a million, by its key.</summary>
    async Task FindsAsync()
    {
        await OpenAsync($"topics/{Topic}/messages");
        var by = Page.GetByLabel("Find by", new() { Exact = true }).First;
        await by.ClickAsync();
        await Page.Locator(".mud-popover-open").GetByText("JSON path", new() { Exact = true }).ClickAsync();
        // the list closes before the choice is taken
        await Expect(by).ToHaveValueAsync("JSON path");
        await Page.GetByLabel("What to find").FillAsync($"key=k-{Wanted}");
        await Button("Read").ClickAsync();
        var row = Page.Locator("tbody tr").Filter(new() { HasText = $"k-{Wanted}" });
        await Expect(row).ToHaveCountAsync(1);
        await Expect(row).ToContainTextAsync($"{{\"nth\":{Wanted}}}");
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("filter=json"));
        await Expect(Heading).ToHaveTextAsync("1 record found");
        await Axe.CheckAsync(Page, "a message that was found");
    }

    async Task SendsAsync()
    {
        await OpenAsync($"topics/{Topic}/send");
        await Page.GetByRole(AriaRole.Textbox).First.FillAsync("""{"nth": -1}""");
        await Button("Send").ClickAsync();
        await Expect(Page.Locator(".mud-alert-text-success").First).ToBeVisibleAsync();
    }

    async Task KeepsLongerAsync()
    {
        await OpenAsync($"topics/{Topic}/configs");
        await Button("Edit retention.ms").ClickAsync();
        await Page.GetByLabel("Value of retention.ms", new() { Exact = true }).FillAsync("3 days");
        await Expect(Page.GetByText("Deletes nothing now: no record is older.").First).ToBeVisibleAsync();
        await Button("Write 1 setting").ClickAsync();
        await Expect(Page.GetByText("1 setting written").First).ToBeVisibleAsync();
        await OpenAsync($"topics/{Topic}/configs?is=overridden");
        await Expect(Page.Locator("tbody tr").Filter(new() { HasText = "retention.ms" })).ToContainTextAsync("3 d");
    }

    async Task AddsPartitionsAsync()
    {
        await OpenAsync($"topics/{Topic}/partitions");
        await Page.GetByLabel("Partitions it shall have").FillAsync("5");
        await Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Add 2 partitions") }).ClickAsync();
        await Rest.EventuallyAsync($"topics/{Topic}", t => t["partitions"]!.AsArray().Count == 5, "it has five partitions");
    }

    /// <summary>A group that has read all of it reads again what was written since yesterday, which is all of it.</summary>
    async Task ResetsAsync()
    {
        var all = new Dictionary<string, int[]?> { [Topic] = null };
        var made = await Rest.PostAsync($"groups/{Group}/offsets", new { topics = all, to = "latest" });
        Assert.True(made.Status == System.Net.HttpStatusCode.OK, made.Text);
        await OpenAsync($"reset-offsets?group={Group}");
        await Page.GetByText("So long ago").ClickAsync();
        await Page.GetByLabel("How long ago").FillAsync("24h");
        await Expect(Heading).ToHaveTextAsync(new Regex($"^Reset of {Group}: 1,000,001 records would be read again"));
        await Page.GetByLabel(new Regex($"^Type {Group}")).FillAsync(Group);
        await Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Reset \\d offsets") }).ClickAsync();
        await Expect(Page.GetByText(new Regex($"offsets of {Group} written"))).ToBeVisibleAsync();
        await Rest.EventuallyAsync(
            $"groups/{Group}",
            g => g["offsets"]!.AsArray().Where(o => o!["partition"]!.GetValue<int>() < 3).All(o => o!["committed"]!.GetValue<long>() == 0),
            "it begins anew");
    }
}
