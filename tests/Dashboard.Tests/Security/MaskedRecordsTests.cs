using System.IO.Compression;
using System.Net;
using System.Text;
using Dashboard.Tests.Api;
using Testing;

namespace Dashboard.Tests.Security;

/// <summary>A secret that is masked for somebody never leaves through REST, in whatever form records are asked for.</summary>
[Collection(typeof(DashboardCollection))]
public sealed class MaskedRecordsTests(RunningDashboard dashboard) : IAsyncLifetime
{
    /// <summary>Below the topic; records are at 0 and 1, with the same key.</summary>
    static readonly string[] forms =
    [
        "messages?from=oldest", "messages?from=newest&limit=1", "messages?view=latest", "messages?from=oldest&format=ndjson",
        "messages?from=oldest&valueFormat=hex&keyFormat=hex", "messages?from=oldest&valueFormat=msgpack&keyFormat=int64",
        "messages?from=oldest&format=csv", "messages?from=oldest&format=csv&valueFormat=hex&keyFormat=hex&columns=key,value",
        $"messages?from=oldest&format=csv&columns=key,value,value.name,value.card.number,value.items,header.{Planted.HeaderName}",
        "messages?from=oldest&format=zip", "messages?from=oldest&follow=true", "messages?from=oldest&isolation=read_uncommitted",
        "partitions/0/records/0/key", "partitions/0/records/0/value",
    ];

    static readonly string[] filters =
    [
        $"text:{Planted.Secret}", $"textIgnoreCase:{Planted.Secret.ToLowerInvariant()}", $"regex:Geheim[0-9]+",
        $"json:key={Planted.Secret}", $"json:name={Planted.Secret}", $"json:card.number={Planted.Secret}",
        $"json:header.{Planted.HeaderName}={Planted.Secret}",
    ];

    readonly Rest rest = new(dashboard);
    readonly List<string> topics = [];
    AccessWorld world = null!;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var run = Guid.NewGuid().ToString("N")[..12];
        var masks = new StringBuilder();
        foreach (var (i, planted) in Planted.All.Index())
        {
            var topic = $"masked-{i}-{run}";
            topics.Add(topic);
            masks.AppendLine($"  - topics: [{topic}]\n    fields: [\"{planted.Mask}\"]\n    exempt: [admin]");
            var created = await rest.PostAsync("topics", new { name = topic, partitions = 1, replicationFactor = 1 });
            Assert.True(created.Status == HttpStatusCode.Created, created.Text);
            for (var n = 0; n < 2; n++)
            {
                var sent = await rest.PostAsync($"topics/{topic}/messages", new
                {
                    key = planted.Key,
                    value = planted.Value,
                    headers = new[] { new { name = Planted.HeaderName, value = planted.Header } },
                });
                Assert.True(sent.Status == HttpStatusCode.OK, sent.Text);
            }
        }

        var brokers = (await rest.ValueAsync("brokers")).AsArray().Select(b => $"{b!.Text("host")}:{b!["port"]}");
        world = new AccessWorld
        {
            Rules = $"""
                clusters:
                  - id: shop
                    kafka: {string.Join(',', brokers)}
                access:
                  grants:
                    - user: otto
                      role: operator
                    - user: ada
                      role: admin
                masks:

                """ + masks,
        };
        await world.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await world.DisposeAsync();
        foreach (var topic in topics)
        {
            await rest.DeleteAsync($"topics/{topic}");
        }
    }

    [Fact]
    public async Task It_is_in_no_answer_for_whom_it_is_masked_and_found_by_no_filter()
    {
        foreach (var (topic, planted) in topics.Zip(Planted.All))
        {
            var exempt = 0;
            foreach (var form in forms)
            {
                var address = $"/api/clusters/shop/topics/{topic}/{form}";
                var seen = await ReadAsync(address, "otto");
                Assert.False(Planted.IsIn(seen), $"{planted.Mask} in {form}: {seen}");
                exempt += Planted.IsIn(await ReadAsync(address, "ada")) ? 1 : 0;
            }

            Assert.True(exempt >= forms.Length / 2, $"{planted.Mask}: who is exempt sees it in {exempt} of {forms.Length} forms");
            foreach (var filter in filters)
            {
                var address = $"/api/clusters/shop/topics/{topic}/messages?from=oldest&filter={Uri.EscapeDataString(filter)}";
                Assert.StartsWith("{\"summary\"", await ReadAsync(address, "otto"), StringComparison.Ordinal);
            }
        }
    }

    async Task<string> ReadAsync(string address, string person)
    {
        using var answer = await world.OpenAsync(address, person);
        Assert.True((int)answer.StatusCode < 300, $"{address}: {answer.StatusCode}");
        await using var body = await answer.Content.ReadAsStreamAsync(Token);
        if (address.Contains("format=zip", StringComparison.Ordinal))
        {
            return await UnzippedAsync(body);
        }

        using var reader = new StreamReader(body);
        return address.Contains("follow=true", StringComparison.Ordinal)
            ? await FollowedAsync(reader)
            : await reader.ReadToEndAsync(Token);
    }

    static async Task<string> UnzippedAsync(Stream body)
    {
        using var whole = new MemoryStream();
        await body.CopyToAsync(whole, Token);
        using var zip = new ZipArchive(whole);
        var all = new StringBuilder();
        foreach (var entry in zip.Entries)
        {
            using var file = new StreamReader(entry.Open());
            all.AppendLine(entry.FullName).AppendLine(await file.ReadToEndAsync(Token));
        }

        return all.ToString();
    }

    /// <summary>Up to the second record: there is no end.</summary>
    static async Task<string> FollowedAsync(StreamReader reader)
    {
        var all = new StringBuilder();
        for (var records = 0; records < 2;)
        {
            var line = await reader.ReadLineAsync(Token);
            all.AppendLine(line);
            records += line!.StartsWith("{\"summary\"", StringComparison.Ordinal) ? 0 : 1;
        }

        return all.ToString();
    }
}
