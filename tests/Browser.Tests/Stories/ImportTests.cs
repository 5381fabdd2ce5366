using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Testing;

namespace Browser.Tests.Stories;

/// <summary>A table is written to a topic, and what is in it is counted.</summary>
public sealed class ImportTests(Chromium chromium) : BrowserTest(chromium)
{
    const string Topic = "imported";

    const string People = """
        key,name,age
        p-1,Ada,36
        p-2,Grace
        p-3,Edsger,72
        """;

    Rest Rest => new(Dashboard);

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await Rest.DeleteAsync($"topics/{Topic}");
        }
        finally
        {
            await base.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_table_with_a_wrong_row_is_imported_without_it_and_counted()
    {
        await Cluster.ReadyAsync(Dashboard);
        await Cluster.CreateTopicAsync(Dashboard, Topic, 2);
        await OpenAsync($"topics/{Topic}/import");
        await Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload
        {
            Name = "people.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes(People),
        });
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("upload=[0-9a-f]+"));
        var rows = Page.GetByRole(AriaRole.Region, new() { Name = "What the first rows become" }).Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(3);
        await Expect(rows.Nth(0)).ToContainTextAsync("""{"name":"Ada","age":36}""");
        await Expect(rows.Nth(1)).ToContainTextAsync("more or fewer fields");
        await Expect(Button("Import")).ToBeDisabledAsync();
        await Page.GetByLabel("Leave wrong rows out").CheckAsync();
        await Expect(Page.Locator("#import-why")).ToHaveTextAsync("2 records will be written; 1 row is left out.");
        await Axe.CheckAsync(Page, "an import");
        await Button("Import").ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/jobs/[0-9a-f]+$"));
        var job = $"jobs/{Page.Url[(Page.Url.LastIndexOf('/') + 1)..]}";
        await Eventually.TrueAsync(async () => (await Rest.GetAsync(job)).Body.Text("state") == "done", "the job is done");
        Assert.Equal(2, (await Rest.GetAsync(job)).Body["progress"]!["byTopic"]!.Int(Topic));

        await OpenAsync($"topics/{Topic}/statistics");
        await Button("Count").ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("job=[0-9a-f]+"));
        var keys = Page.GetByRole(AriaRole.Region, new() { Name = "Most frequent keys" }).Locator("tbody tr");
        await Expect(keys).ToHaveCountAsync(2);
        await Axe.CheckAsync(Page, "statistics");
    }
}
