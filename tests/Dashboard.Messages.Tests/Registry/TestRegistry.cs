using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dashboard.Messages.Tests.Registry;

/// <summary>
/// A schema registry over HTTP on a port of its own, as far as serializers and readers ask it: written from the published interface
/// (docs.confluent.io, "Schema Registry API Reference"), not from what is under test.
/// </summary>
sealed partial class TestRegistry : IAsyncDisposable
{
    readonly WebApplication app;
    readonly List<Entry> entries = [];
    readonly Lock gate = new();
    int asked;
    int lastId;

    TestRegistry(WebApplication app) => this.app = app;

    public string Url { get; private set; } = "";

    /// <summary>The Authorization header that is wanted; null: anybody may ask.</summary>
    public string? Wanted { get; set; }

    /// <summary>No request is answered while it is set.</summary>
    public bool IsSilent { get; set; }

    public int Asked => asked;

    /// <summary>Requests, and how often each was made: "POST /subjects/a/versions".</summary>
    public ConcurrentDictionary<string, int> Requests { get; } = [];

    /// <summary>Of a request: answers in the place of what is here, before it or after it was done.</summary>
    public Func<HttpRequest, FaultyAnswer?> Fault { get; set; } = _ => null;

    /// <summary>Of all subjects that have none of their own.</summary>
    public string Level { get; set; } = "BACKWARD";

    /// <param name="certificate">With one, it is served over TLS.</param>
    public static async Task<TestRegistry> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (certificate is null)
        {
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        }
        else
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        }

        var registry = new TestRegistry(builder.Build());
        registry.Map();
        await registry.app.StartAsync();
        registry.Url = registry.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return registry;
    }

    public int Add(string subject, string type, string text, params (string Name, string Subject, int Version)[] references)
    {
        var list = new JsonArray([.. references.Select(r => new JsonObject
        {
            ["name"] = r.Name, ["subject"] = r.Subject, ["version"] = r.Version,
        })]);
        return Add(subject, type, text, list).Id;
    }

    public Guid GuidOf(int id) => entries.First(e => e.Id == id).Guid;

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    Entry Add(string subject, string type, string text, JsonNode? references)
    {
        lock (gate)
        {
            var same = entries.Find(e => e.Type == type && e.Text == text);
            if (entries.Find(e => e.Subject == subject && e.Type == type && e.Text == text && !e.IsDeleted) is { } known)
            {
                return known;
            }

            var version = entries.Where(e => e.Subject == subject).Select(e => e.Version).DefaultIfEmpty(0).Max() + 1;
            var made = new Entry(
                same?.Id ?? ++lastId, same?.Guid ?? Guid.NewGuid(), subject, version, type, text,
                references?.ToJsonString() ?? "[]");
            entries.Add(made);
            return made;
        }
    }

    void Map()
    {
        app.Use(async (HttpContext context, RequestDelegate next) =>
        {
            Interlocked.Increment(ref asked);
            Requests.AddOrUpdate($"{context.Request.Method} {context.Request.Path}", 1, (_, count) => count + 1);
            if (IsSilent)
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            }
            else if (Wanted is not null && context.Request.Headers.Authorization != Wanted)
            {
                context.Response.StatusCode = 401;
            }
            else if (Fault(context.Request) is { } fault)
            {
                await fault.AnswerAsync(context, next);
            }
            else
            {
                await next(context);
            }
        });
        app.UseRouting();
        app.Use((context, next) =>
        {
            // the framework leaves an encoded slash as it is; a registry does not
            foreach (var (name, value) in context.Request.RouteValues.ToList())
            {
                context.Request.RouteValues[name] = value is string text ? text.Replace("%2F", "/", StringComparison.Ordinal) : value;
            }

            return next(context);
        });
        MapSubjects();
        app.MapGet("/schemas/ids/{id:int}", (int id) => Answer(entries.Find(e => e.Id == id)));
        app.MapGet("/schemas/guids/{guid:guid}", (Guid guid) => Answer(entries.Find(e => e.Guid == guid)));
        app.MapGet("/schemas/ids/{id:int}/versions", (int id) => Json(new JsonArray(
            [.. entries.Where(e => e.Id == id && !e.IsDeleted)
                .Select(e => new JsonObject { ["subject"] = e.Subject, ["version"] = e.Version })])));
        app.MapGet("/subjects/{subject}/versions/{version}", (string subject, string version, bool? deleted) =>
            Answer(Find(subject, version, deleted == true)));
    }

    static IResult Answer(Entry? entry)
    {
        if (entry is null)
        {
            return Results.Text("""{"error_code":40403,"message":"Schema not found"}""", "application/json", Encoding.UTF8, 404);
        }

        // Avro is what is meant where no type is told
        var answer = new JsonObject
        {
            ["subject"] = entry.Subject,
            ["version"] = entry.Version,
            ["id"] = entry.Id,
            ["guid"] = entry.Guid.ToString(),
            ["schema"] = entry.Text,
            ["references"] = JsonNode.Parse(entry.References),
        };
        if (entry.Type != "AVRO")
        {
            answer["schemaType"] = entry.Type;
        }

        return Json(answer);
    }

    static IResult Refuse(int status, int code, string message) => Results.Text(
        new JsonObject { ["error_code"] = code, ["message"] = message }.ToJsonString(), "application/vnd.schemaregistry.v1+json",
        Encoding.UTF8, status);

    static IResult Json(JsonNode node) => Results.Text(node.ToJsonString(), "application/vnd.schemaregistry.v1+json");

    sealed record Entry(int Id, Guid Guid, string Subject, int Version, string Type, string Text, string References)
    {
        public bool IsDeleted { get; set; }
    }
}
