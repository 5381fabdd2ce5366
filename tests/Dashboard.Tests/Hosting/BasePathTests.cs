using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Dashboard.Addresses;
using Testing;

namespace Dashboard.Tests.Hosting;

/// <summary>The program behind a proxy: mounted at a path, and told by the proxy who asks.</summary>
public sealed partial class BasePathTests(BasePathTests.Mounted mounted) : IClassFixture<BasePathTests.Mounted>
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    HttpClient Http => mounted.Dashboard.Http;

    string Root => mounted.Dashboard.Address.GetLeftPart(UriPartial.Authority);

    [Fact]
    public void The_line_that_says_ready_has_the_path() => Assert.Equal("/tools/kafka", mounted.Dashboard.Address.AbsolutePath);

    [Theory]
    [InlineData("/tools/kafka/clusters")]
    [InlineData("/clusters")]
    [InlineData("/tools/kafka/settings/clusters")]
    public async Task Pages_name_no_address_from_the_root_whether_the_proxy_takes_the_path_out_or_not(string address)
    {
        var page = await Http.GetStringAsync(Root + address, Token);
        Assert.Contains("<base href=\"/tools/kafka/\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain(FromRoot().Matches(page), match => !match.Value.StartsWith("<base", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/tools/kafka/healthz")]
    [InlineData("/healthz")]
    [InlineData("/tools/kafka/api/clusters")]
    [InlineData("/tools/kafka/css/app.css")]
    [InlineData("/tools/kafka/_framework/blazor.web.js")]
    public async Task What_is_below_the_path_answers(string address)
    {
        using var answer = await Http.GetAsync(Root + address, Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task What_is_gone_on_with_and_what_was_made_is_named_below_the_path()
    {
        using var language = await Http.GetAsync($"{Root}/tools/kafka/culture?c=en&returnUrl=%2Fclusters%3Fq%3Da", Token);
        Assert.Equal("/tools/kafka/clusters?q=a", language.Headers.Location?.OriginalString);
        using var made = await Http.PostAsJsonAsync(
            $"{Root}/tools/kafka/api/clusters", new { id = "made", kafka = "127.0.0.1:1" }, Token);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Equal("/tools/kafka/api/clusters/made", made.Headers.Location?.OriginalString);
    }

    /// <summary>Its proxy is believed, so that a name that is not served here is told by the name the reader used.</summary>
    [Fact]
    public async Task A_trusted_proxy_says_by_which_name_it_was_asked()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Root}/tools/kafka/healthz");
        request.Headers.Add("X-Forwarded-For", "192.0.2.7");
        request.Headers.Add("X-Forwarded-Host", "castle.example");
        using var answer = await Http.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
        Assert.Contains("castle.example", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("/", true)]
    [InlineData("/kafka", true)]
    [InlineData("/kafka/", true)]
    [InlineData("/a-b/c.d_e~f", true)]
    [InlineData("kafka", false)]
    [InlineData("//kafka", false)]
    [InlineData("/kafka//x", false)]
    [InlineData("/../x", false)]
    [InlineData("/kafka/.", false)]
    [InlineData("/ka fka", false)]
    [InlineData("/kafka?x", false)]
    [InlineData("https://example.org/kafka", false)]
    public void A_path_is_segments_and_slashes(string path, bool isOne) => Assert.Equal(isOne, BasePath.Problem(path) is null);

    [Theory]
    [InlineData("", null)]
    [InlineData("10.0.0.5, 10.1.0.0/16, ::1, fd00::/8", null)]
    [InlineData("10.0.0.5, proxy", "proxy is neither")]
    [InlineData("10.0.0.0/99", "10.0.0.0/99 is neither")]
    public void Proxies_are_addresses_and_networks(string list, string? problem)
    {
        if (problem is null)
        {
            Assert.Null(TrustedProxies.Problem(list));
        }
        else
        {
            Assert.Contains(problem, TrustedProxies.Problem(list), StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("<[^>]*\\s(href|src|action)=\"/[^>]*>")]
    private static partial Regex FromRoot();

    public sealed class Mounted : IAsyncLifetime
    {
        public RunningDashboard Dashboard { get; } = new()
        {
            Arguments =
            [
                "--urls", "http://127.0.0.1:0", "--no-local", "--base-path", "/tools/kafka", "--trusted-proxies", "127.0.0.1",
            ],
        };

        public ValueTask InitializeAsync() => Dashboard.InitializeAsync();

        public ValueTask DisposeAsync() => Dashboard.DisposeAsync();
    }
}
