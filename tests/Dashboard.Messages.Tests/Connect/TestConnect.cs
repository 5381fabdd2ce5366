using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Dashboard.Messages.Tests.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dashboard.Messages.Tests.Connect;

/// <summary>
/// A Connect cluster of one worker over HTTP, written from the published interface (kafka.apache.org, "Kafka Connect", "REST API"): one
/// plugin, which wants a topic and at most nine tasks.
/// </summary>
sealed class TestConnect : IAsyncDisposable
{
    public const string Plugin = "test.Sink";

    const string Worker = "10.0.0.1:8083";

    readonly WebApplication app;
    readonly ConcurrentDictionary<string, Made> connectors = new();
    int rebalances;

    TestConnect(WebApplication app) => this.app = app;

    public string Url { get; private set; } = "";

    /// <summary>Requests, and how often each was made: "PUT /connectors/a/pause".</summary>
    public ConcurrentDictionary<string, int> Requests { get; } = [];

    /// <summary>Of a request: answers in the place of what is here, before it or after it was done.</summary>
    public Func<HttpRequest, FaultyAnswer?> Fault { get; set; } = _ => null;

    /// <summary>So many changes are answered with 409 first.</summary>
    public int Rebalances { get => rebalances; set => rebalances = value; }

    public static async Task<TestConnect> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var connect = new TestConnect(builder.Build());
        connect.Map();
        await connect.app.StartAsync();
        connect.Url = connect.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return connect;
    }

    public void Add(string name, string state = "RUNNING", string? trace = null, params (string Key, string Value)[] config) =>
        connectors[name] = new Made(
            new(config.Append(("connector.class", Plugin)).Append(("name", name)).DistinctBy(c => c.Item1)
                .ToDictionary(c => c.Item1, c => c.Item2)),
            state, trace);

    public IReadOnlyDictionary<string, string>? ConfigOf(string name) => connectors.GetValueOrDefault(name)?.Config;

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    void Map()
    {
        app.Use(async (HttpContext context, RequestDelegate next) =>
        {
            var request = context.Request;
            Requests.AddOrUpdate($"{request.Method} {request.Path}", 1, (_, count) => count + 1);
            if (Fault(request) is { } fault)
            {
                await fault.AnswerAsync(context, next);
            }
            else if (request.Method != "GET" && !request.Path.Value!.EndsWith("/validate", StringComparison.Ordinal)
                && Interlocked.Decrement(ref rebalances) >= 0)
            {
                await Refuse(409, "Cannot complete request momentarily due to stale configuration (typically caused by a concurrent config "
                    + "change) or rebalance").ExecuteAsync(context);
            }
            else
            {
                await next(context);
            }
        });
        app.MapGet("/", () => Json(new JsonObject { ["version"] = "3.9.2", ["commit"] = "x", ["kafka_cluster_id"] = "abc" }));
        app.MapGet("/connectors", () => Json(new JsonObject(connectors.Select(c =>
            KeyValuePair.Create<string, JsonNode?>(
                c.Key, new JsonObject { ["status"] = c.Value.Status(c.Key), ["info"] = c.Value.Info(c.Key) })))));
        app.MapGet("/connectors/{name}/config", (string name) => With(name, made => Json(made.ConfigJson())));
        app.MapGet("/connectors/{name}/topics", (string name) => With(name, _ => Json(
            new JsonObject { [name] = new JsonObject { ["topics"] = new JsonArray("orders") } })));
        app.MapGet("/connectors/{name}/offsets", (string name) => With(name, made => Json(
            new JsonObject { ["offsets"] = made.Offsets.DeepClone() })));
        app.MapPut("/connectors/{name}/config", async (string name, HttpRequest request) =>
        {
            var config = await ReadAsync(request);
            connectors[name] = new Made(config.AsObject().ToDictionary(c => c.Key, c => c.Value!.ToString()), "RUNNING", null);
            return Json(connectors[name].Info(name));
        });
        foreach (var (verb, state) in new[] { ("pause", "PAUSED"), ("stop", "STOPPED"), ("resume", "RUNNING") })
        {
            app.MapPut($"/connectors/{{name}}/{verb}", (string name) => With(name, made =>
            {
                made.State = state;
                return Results.StatusCode(202);
            }));
        }

        app.MapPost("/connectors/{name}/restart", (string name) => With(name, made =>
        {
            made.Trace = null;
            return Results.StatusCode(202);
        }));
        app.MapDelete("/connectors/{name}", (string name) => connectors.TryRemove(name, out _)
            ? Results.NoContent()
            : Refuse(404, $"Connector {name} not found"));
        app.MapMethods("/connectors/{name}/offsets", ["PATCH", "DELETE"], OffsetsAsync);
        app.MapGet("/connector-plugins", () => Json(new JsonArray(
            new JsonObject { ["class"] = Plugin, ["type"] = "sink", ["version"] = "1.0" })));
        app.MapPut("/connector-plugins/{plugin}/config/validate", async (string plugin, HttpRequest request) =>
            plugin == Plugin ? Json(Validated(await ReadAsync(request)))
                : Refuse(404, $"Failed to find any class that implements {plugin}"));
    }

    async Task<IResult> OffsetsAsync(string name, HttpRequest request)
    {
        var body = request.Method == "PATCH" ? await ReadAsync(request) : null;
        return With(name, made =>
        {
            if (made.State != "STOPPED")
            {
                return Refuse(400, "Connectors must be in the STOPPED state before their offsets can be modified.");
            }

            made.Offsets = body?["offsets"]?.DeepClone().AsArray() ?? [];
            return Json(new JsonObject { ["message"] = "The offsets for this connector have been altered successfully" });
        });
    }

    static JsonObject Validated(JsonNode config)
    {
        var tasks = config["tasks.max"]?.ToString() ?? "1";
        JsonObject[] settings =
        [
            Setting(
                "topics", "LIST", config["topics"]?.ToString(),
                config["topics"] is null ? "Missing required configuration \"topics\"" : null),
            Setting("tasks.max", "INT", tasks, tasks.Length > 1 ? $"Invalid value {tasks} for configuration tasks.max" : null),
            Setting("token", "PASSWORD", config["token"]?.ToString(), null),
            Setting("pin", "PASSWORD", config["pin"]?.ToString(), null), // by its name it is none
        ];
        return new JsonObject
        {
            ["name"] = Plugin,
            ["error_count"] = settings.Count(s => s["value"]!["errors"]!.AsArray().Count > 0),
            ["configs"] = new JsonArray([.. settings]),
        };
    }

    static JsonObject Setting(string name, string type, string? value, string? error) => new()
    {
        ["definition"] = new JsonObject
        {
            ["name"] = name,
            ["type"] = type,
            ["required"] = name == "topics",
            ["documentation"] = $"About {name}.",
        },
        ["value"] = new JsonObject
        {
            ["name"] = name,
            ["value"] = value,
            ["errors"] = error is null ? [] : new JsonArray(error),
            ["recommended_values"] = new JsonArray(),
        },
    };

    static async Task<JsonNode> ReadAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        return JsonNode.Parse(await reader.ReadToEndAsync())!;
    }

    IResult With(string name, Func<Made, IResult> answer) =>
        connectors.TryGetValue(name, out var made) ? answer(made) : Refuse(404, $"Connector {name} not found");

    static IResult Refuse(int status, string message) => Results.Text(
        new JsonObject { ["error_code"] = status, ["message"] = message }.ToJsonString(), "application/json", Encoding.UTF8, status);

    static IResult Json(JsonNode node) => Results.Text(node.ToJsonString(), "application/json");

    sealed class Made(Dictionary<string, string> config, string state, string? trace)
    {
        public Dictionary<string, string> Config => config;

        public string State { get; set; } = state;

        public string? Trace { get; set; } = trace;

        public JsonArray Offsets { get; set; } =
        [
            new JsonObject
            {
                ["partition"] = new JsonObject { ["kafka_partition"] = 0 }, ["offset"] = new JsonObject { ["kafka_offset"] = 7 },
            },
        ];

        public JsonObject ConfigJson() => new(Config.Select(c => KeyValuePair.Create<string, JsonNode?>(c.Key, c.Value)));

        public JsonObject Info(string name) => new()
        {
            ["name"] = name,
            ["config"] = ConfigJson(),
            ["tasks"] = new JsonArray(),
            ["type"] = "sink",
        };

        public JsonObject Status(string name)
        {
            var task = new JsonObject { ["id"] = 0, ["state"] = Trace is null ? State : "FAILED", ["worker_id"] = Worker };
            if (Trace is not null)
            {
                task["trace"] = Trace;
            }

            return new JsonObject
            {
                ["name"] = name,
                ["connector"] = new JsonObject { ["state"] = State, ["worker_id"] = Worker },
                ["tasks"] = State == "STOPPED" ? [] : new JsonArray(task),
                ["type"] = "sink",
            };
        }
    }
}
