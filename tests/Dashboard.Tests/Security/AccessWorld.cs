using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using Dashboard.Hosting;
using Dashboard.Security.Access;
using Dashboard.Security.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Testing;

namespace Dashboard.Tests.Security;

/// <summary>
/// The web application itself, with sign-in and rules, on a port of its own. Who asks is said by a header that this test alone understands:
/// it is read by a filter that is registered here and nowhere in the product.
/// </summary>
public sealed class AccessWorld : IAsyncLifetime
{
    /// <summary>In the order of the table's columns; null is nobody.</summary>
    public static readonly IReadOnlyList<string?> People = [null, "vera", "otto", "ada", "token"];

    const string Header = "X-Test-Principal";

    const string UsualRules =
        """
        clusters:
          - id: prod-eu
            kafka: 127.0.0.1:1
          - id: prod-us
            kafka: 127.0.0.1:1
        access:
          grants:
            - user: vera
              role: viewer
              clusters: [prod-eu]
            - user: otto
              role: operator
              clusters: [prod-eu]
            - user: ada
              role: admin
        """;

    /// <summary>Clusters and rules, as clusters.yaml has them; set before the start.</summary>
    public string Rules { get; init; } = UsualRules;

    /// <summary>Instead of some of the program's own services; set before the start.</summary>
    public Action<IServiceCollection> Services { get; init; } = _ => { };

    readonly TempDirectory directory = new();
    readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    WebApplication app = null!;

    public IReadOnlyList<RouteEndpoint> Endpoints =>
        [.. app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    public string AuditFile => directory["audit.jsonl"];

    public async ValueTask InitializeAsync()
    {
        var rules = directory["rules.yaml"];
        await WriteRulesAsync(Rules);
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = "Castellan" });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Castellan:SignIn:Local"] = "true",
            ["Castellan:Local"] = "false",
            ["Castellan:Data"] = directory.Path,
            ["Castellan:ClustersFile"] = rules,
        });
        var options = CastellanOptions.Read(builder.Configuration);
        Assert.Null(options.Problem());
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddCastellan(options, nodes: null);
        builder.AddDashboard(options);
        builder.Services.AddSingleton<ITokenOwners, OwnersByName>(); // its token is none of an account
        builder.Services.AddSingleton<IStartupFilter, HeaderPrincipals>();
        Services(builder.Services);
        app = builder.Build();
        app.UseDashboard(options);
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        http.BaseAddress = new Uri(addresses.First());
        await Eventually.TrueAsync(async () => (await SendAsync("GET", "/readyz", null, null)).Status == 200, "all clusters were asked");
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        directory.Dispose();
    }

    /// <summary>They hold once the program has looked at its file again.</summary>
    public Task WriteRulesAsync(string rules) => File.WriteAllTextAsync(directory["rules.yaml"], rules);

    /// <summary>The answer at its head, whose body follows.</summary>
    public Task<HttpResponseMessage> OpenAsync(string address, string person)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add(Header, person);
        return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public async Task<(int Status, string Text)> SendAsync(string method, string address, string? person, string? json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), address);
        if (person is not null)
        {
            request.Headers.Add(Header, person);
        }

        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The token is otto's, made for an administrator and for production.</summary>
    static ClaimsPrincipal Principal(string person) => person == "token"
        ? Principals.Of(
            "test", "ci", IdentitySource.Token, roles: ["admin"],
            more: [new Claim(Principals.OwnerClaim, "otto"), new Claim(Principals.ClusterClaim, "prod-*")])
        : Principals.Of("test", person, IdentitySource.Local);

    sealed class HeaderPrincipals : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => pipeline =>
        {
            pipeline.Use((context, rest) =>
            {
                if (context.Request.Headers[Header].ToString() is { Length: > 0 } person)
                {
                    context.User = Principal(person);
                }

                return rest(context);
            });
            next(pipeline);
        };
    }
}
