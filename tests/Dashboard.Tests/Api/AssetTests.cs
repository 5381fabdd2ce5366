using System.Text.RegularExpressions;
using Testing;

namespace Dashboard.Tests.Api;

/// <summary>What a page loads beside itself comes compressed, and is kept by the browser where its name says which version it is.</summary>
[Collection(typeof(DashboardCollection))]
public sealed partial class AssetTests(RunningDashboard dashboard)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Style_sheets_and_scripts_are_compressed_and_kept()
    {
        var page = await dashboard.Http.GetStringAsync("/clusters/local", Token);
        var named = Named().Matches(page).Select(match => match.Groups["file"].Value).Distinct().ToList();
        Assert.True(named.Count > 8, string.Join(' ', named));
        Assert.Contains("_content/MudBlazor/MudBlazor.min.css", named);
        var plain = new List<string>();
        foreach (var file in named)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/" + file, UriKind.Relative));
            request.Headers.AcceptEncoding.ParseAdd("gzip");
            using var answer = await dashboard.Http.SendAsync(request, Token);
            answer.EnsureSuccessStatusCode();
            var sent = (await answer.Content.ReadAsByteArrayAsync(Token)).Length;
            var whole = (await dashboard.Http.GetByteArrayAsync("/" + file, Token)).Length;
            var isKept = !Fingerprinted().IsMatch(file) || answer.Headers.CacheControl?.MaxAge > TimeSpan.FromDays(30);
            if (sent > whole * 0.8 || !isKept)
            {
                plain.Add($"{file}: {sent} of {whole} bytes, {answer.Headers.CacheControl}");
            }
        }

        Assert.Empty(plain);
    }

    [GeneratedRegex("""(?:href="|src="|url\()(?<file>[\w./-]+\.(?:css|js))""")]
    private static partial Regex Named();

    /// <summary>"css/app.zv6mavqars.css".</summary>
    [GeneratedRegex(@"\.[a-z0-9]{10}\.(css|js)$")]
    private static partial Regex Fingerprinted();
}
