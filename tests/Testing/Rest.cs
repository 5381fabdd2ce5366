using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Testing;

/// <summary>REST as a script would use it. Paths without a leading slash are below the cluster.</summary>
public sealed class Rest(RunningDashboard dashboard, string cluster = "local")
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public string Absolute(string path) => path.StartsWith('/') ? path : $"/api/clusters/{cluster}{(path.Length == 0 ? "" : "/")}{path}";

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, body);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    /// <summary>The value of an envelope once a reading went well.</summary>
    public async Task<JsonNode> ValueAsync(string path) => (await ReadAsync(path)).Body["value"]!;

    /// <summary>
    /// The answer once a reading went well:
    /// a program that has just started may not have asked for everything yet, or have been told to wait.
    /// </summary>
    public async Task<Answer> ReadAsync(string path)
    {
        Answer? answer = null;
        await Eventually.TrueAsync(
            async () =>
            {
                answer = await GetAsync(path);
                Assert.Equal(HttpStatusCode.OK, answer.Status);
                return answer.Body["error"] is null && answer.Body["value"] is not null;
            },
            $"{path} is read",
            patience);
        return answer!;
    }

    /// <summary>Asks until the value is as it should be.</summary>
    public async Task EventuallyAsync(string path, Func<JsonNode, bool> condition, string what, TimeSpan? deadline = null)
    {
        var last = "";
        try
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    var answer = await GetAsync(path);
                    last = answer.Text;
                    return answer.Body["value"] is { } value && condition(value);
                },
                what,
                deadline ?? patience);
        }
        catch (Xunit.Sdk.XunitException e)
        {
            Assert.Fail($"{e.Message}\n{path}: {last}");
        }
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, object? body = null, Action<HttpRequestMessage>? prepare = null)
    {
        using var request = new HttpRequestMessage(method, Absolute(path)) { Content = body is null ? null : JsonContent.Create(body) };
        prepare?.Invoke(request);
        using var response = await dashboard.Http.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        var (type, location) = (response.Content.Headers.ContentType?.MediaType, response.Headers.Location?.ToString());
        return new Answer(response.StatusCode, type, text, location);
    }

    /// <summary>A topic that replicas of these brokers hold; whatever bears its name is gone afterwards.</summary>
    public async Task<IAsyncDisposable> TopicAsync(string name, Dictionary<string, int[]> assignment)
    {
        var created = await PostAsync("topics", new { name, assignment });
        Assert.True(created.Status == HttpStatusCode.Created, created.Text);
        await EventuallyAsync(
            $"topics/{name}",
            t => t["partitions"]!.AsArray().All(p => p!.Ints("isr").Length == p!.Ints("replicas").Length),
            $"all replicas of {name} are in sync");
        return Removing(name);
    }

    /// <summary>Disposal removes the topic.</summary>
    public IAsyncDisposable Removing(string name) => new Removal(() => RemoveAsync(name));

    public async Task RemoveAsync(string name)
    {
        await DeleteAsync($"topics/{name}");
        await EventuallyAsync("topics", t => !t.Has("name", name), $"topic {name} is gone");
    }

    sealed class Removal(Func<Task> remove) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => new(remove());
    }
}

public sealed record Answer(HttpStatusCode Status, string? MediaType, string Text, string? Location)
{
    public JsonNode Body => JsonNode.Parse(Text)!;

    /// <summary>Asserts RFC 9457 problem details with a code.</summary>
    public void IsProblem(HttpStatusCode status, string code)
    {
        Assert.True(Status == status, $"{(int)Status}: {Text}");
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal((int)status, Body["status"]!.GetValue<int>());
        Assert.Equal(code, Body["code"]!.GetValue<string>());
        Assert.NotEmpty(Body["detail"]!.GetValue<string>());
    }
}

public static class JsonNodes
{
    /// <summary>Asserts the names of an object's members, all of them and in this order.</summary>
    public static void HasExactly(this JsonNode? node, params string[] names) => Assert.Equal(names, node!.AsObject().Select(p => p.Key));

    public static bool Has(this JsonNode list, string key, string value) => list.Find(key, value) is not null;

    public static JsonNode? Find(this JsonNode list, string key, string value) =>
        list.AsArray().FirstOrDefault(i => i![key]!.ToString() == value);

    public static int[] Ints(this JsonNode node, string key) => [.. node[key]!.AsArray().Select(n => n!.GetValue<int>())];

    public static string[] Strings(this JsonNode node, string key) => [.. node[key]!.AsArray().Select(n => n!.GetValue<string>())];

    public static string Text(this JsonNode node, string key) => node[key]!.ToString();

    public static int Int(this JsonNode node, string key) => node[key]!.GetValue<int>();
}
