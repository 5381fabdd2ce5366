using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Text.RegularExpressions;
using Testing;

namespace Dashboard.Tests.Identity;

/// <summary>A browser without scripts: keeps cookies, sends forms as they are on the page, follows nothing by itself.</summary>
sealed partial class Visitor : IDisposable
{
    readonly CookieContainer cookies = new();
    readonly HttpClient http;
    readonly string origin;

    public Visitor(Uri server, RemoteCertificateValidationCallback? certificate = null)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies };
        handler.SslOptions.RemoteCertificateValidationCallback = certificate;
        http = new HttpClient(handler) { BaseAddress = server };
        origin = server.GetLeftPart(UriPartial.Authority);
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Of the answers, all attributes included.</summary>
    public List<string> SetCookies { get; } = [];

    public IEnumerable<Cookie> Cookies => cookies.GetAllCookies();

    public Task<Answer> GetAsync(string path) => SendAsync(new(HttpMethod.Get, path));

    public Task<Answer> SendAsync(HttpMethod method, string path, object? body = null) =>
        SendAsync(new(method, path) { Content = body is null ? null : JsonContent.Create(body) });

    /// <summary>Opens a page and sends the form on it, with what it holds and what is given.</summary>
    public async Task<Answer> FillInAsync(string page, params (string Name, string Value)[] fields)
    {
        var answer = await GetAsync(page);
        var form = Form().Match(answer.Text);
        Assert.True(form.Success, $"{page} has no form: {answer.Status} {answer.Text}");
        var hidden = Hidden().Matches(form.Value)
            .Select(field => (Name: field.Groups["name"].Value, Value: WebUtility.HtmlDecode(field.Groups["value"].Value)));
        var values = hidden.Where(one => fields.All(field => field.Name != one.Name)).Concat(fields);
        var action = WebUtility.HtmlDecode(form.Groups["action"].Value);
        return await PostAsync(action, [.. values]);
    }

    public Task<Answer> PostAsync(string path, params (string Name, string Value)[] fields) => SendAsync(new(HttpMethod.Post, path)
    {
        Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
    });

    public Task<Answer> SignInAsync(string user, string password, string page = "/sign-in") =>
        FillInAsync(page, ("user", user), ("password", password));

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        if (request.Method != HttpMethod.Get && !request.Headers.Contains("Origin"))
        {
            request.Headers.Add("Origin", origin);
        }

        using var response = await http.SendAsync(request, Cancellation);
        if (response.Headers.TryGetValues("Set-Cookie", out var set))
        {
            SetCookies.AddRange(set);
        }

        return new Answer(
            response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync(Cancellation),
            response.Headers.Location?.ToString());
    }

    public void Dispose() => http.Dispose();

    [GeneratedRegex("""<form[^>]*action="(?<action>[^"]*)".*?</form>""", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("""<input(?=[^>]*type="hidden")[^>]*name="(?<name>[^"]*)"[^>]*value="(?<value>[^"]*)"[^>]*>""")]
    private static partial Regex Hidden();
}
