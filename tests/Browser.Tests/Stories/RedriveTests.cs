using System.Text;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Microsoft.Playwright;
using Testing;

namespace Browser.Tests.Stories;

/// <summary>A dead-letter topic of two topics is put back, stopped in the middle, and goes on.</summary>
public sealed class RedriveTests(Chromium chromium) : BrowserTest(chromium)
{
    const string Dead = "redriven-dead", One = "redriven-one", Two = "redriven-two";
    const int Records = 1_000;

    Rest Rest => new(Dashboard);

    public override async ValueTask DisposeAsync()
    {
        try
        {
            foreach (var topic in (string[])[Dead, One, Two])
            {
                await Rest.DeleteAsync($"topics/{topic}");
            }
        }
        finally
        {
            await base.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_thousand_records_go_back_to_the_topics_their_headers_name_each_once()
    {
        await Cluster.ReadyAsync(Dashboard);
        foreach (var topic in (string[])[Dead, One, Two])
        {
            await Cluster.CreateTopicAsync(Dashboard, topic, 2);
        }

        await FillAsync();
        await OpenAsync($"topics/{Dead}/messages?filter=regex:%5Ek-");
        await Link("Redrive this range…").ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex($"topics/{Dead}/redrive\\?filter=regex"));
        await Expect(Row(One)).ToContainTextAsync("700");
        await Expect(Row(Two)).ToContainTextAsync("300");
        await Page.GetByLabel("Records a second at most; empty: no limit").FillAsync("150");
        await Button($"Redrive {Records:N0} records").ClickAsync();

        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/jobs/[0-9a-f]+$"));
        await Expect(Page.GetByText(new Regex("^(150|[2-9][0-9]{2}) of 1,000$"))).ToBeVisibleAsync();
        await Button("Stop").ClickAsync();
        await Expect(Page.GetByText(new Regex("^stopped since"))).ToBeVisibleAsync();
        await Axe.CheckAsync(Page, "a job that was stopped");
        await Button("Go on").ClickAsync();
        await Expect(Page.GetByText(new Regex("^done at"))).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(Row(One)).ToHaveTextAsync(new Regex("700\\s*700"));
        await Expect(Row(Two)).ToHaveTextAsync(new Regex("300\\s*300"));
        Assert.Equal(Keys(i => i % 10 < 7), await KeysAsync(One));
        Assert.Equal(Keys(i => i % 10 >= 7), await KeysAsync(Two));
        await OpenAsync("jobs");
        await Expect(Page.Locator("tbody tr").Filter(new() { HasText = Dead }).First).ToContainTextAsync("1,000 of 1,000");
    }

    ILocator Row(string topic) => Page.Locator("tbody tr").Filter(new() { HasText = topic });

    static IEnumerable<string> Keys(Func<int, bool> which) =>
        Enumerable.Range(0, Records).Where(which).Select(i => $"k-{i}").Order(StringComparer.Ordinal);

    async Task<IEnumerable<string>> KeysAsync(string topic)
    {
        var answer = await Rest.GetAsync($"topics/{topic}/messages?from=oldest&limit=5000");
        return answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).SkipLast(1)
            .Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!.Text("key")).Order(StringComparer.Ordinal);
    }

    /// <summary>And as many that are not asked for.</summary>
    async Task FillAsync()
    {
        var brokers = (await Cluster.ValueAsync(Dashboard, "brokers"))!.AsArray();
        var settings = new ProducerConfig { BootstrapServers = string.Join(',', brokers.Select(b => $"{b!["host"]}:{b["port"]}")) };
        using var producer = new ProducerBuilder<string, string>(settings).Build();
        for (var i = 0; i < Records; i++)
        {
            var headers = new Headers { { "x-original-topic", Encoding.UTF8.GetBytes(i % 10 < 7 ? One : Two) } };
            producer.Produce(Dead, new() { Key = $"k-{i}", Value = $"{i}", Headers = headers });
            producer.Produce(Dead, new() { Key = $"other-{i}", Value = $"{i}" });
        }

        producer.Flush(Cancellation);
    }
}
