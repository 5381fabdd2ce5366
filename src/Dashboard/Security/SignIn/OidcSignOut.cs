using System.Text.Encodings.Web;
using Dashboard.Addresses;
using Dashboard.Security.Identity;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Dashboard.Security.SignIn;

/// <summary>
/// Who signs out here signs out at the issuer, too (OpenID Connect RP-Initiated Logout 1.0), where the issuer offers it and the settings do
/// not turn it off. It leads back to the sign-in page. An issuer that does not answer keeps nobody from signing out here.
/// </summary>
static partial class OidcSignOut
{
    /// <summary>What the issuer says of itself is seldom asked for anew, and somebody waits.</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    /// <summary>Null: there is nothing to be done at an issuer.</summary>
    public static async Task<string?> AddressAsync(HttpContext http, SignInOptions signIn, string? idToken)
    {
        if (signIn.Oidc is not { SignOut: true } settings)
        {
            return null;
        }

        var options = http.RequestServices.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>().Get(OidcSignIn.Scheme);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        deadline.CancelAfter(patience);
        try
        {
            var issuer = await options.ConfigurationManager!.GetConfigurationAsync(deadline.Token);
            return Uri.TryCreate(issuer.EndSessionEndpoint, UriKind.Absolute, out var end) && end.Scheme is "https" or "http"
                ? Message(http.Request, end, settings, idToken).CreateLogoutRequestUrl()
                : null;
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested
            && e is InvalidOperationException or HttpRequestException or IOException or OperationCanceledException)
        {
            LogSilent(
                http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OidcSignOut)), settings.Authority, e.Message);
            return null;
        }
    }

    /// <summary>
    /// A page that leads there at once. Not a redirection: the form that signs out may lead to this site alone (form-action), and browsers
    /// hold redirections to that.
    /// </summary>
    public static IResult Page(HttpContext http, string address, string issuer)
    {
        http.Response.Headers["Refresh"] = $"0; url={address}";
        http.Response.Headers.CacheControl = "no-store";
        var (href, words) = (HtmlEncoder.Default.Encode(address), HtmlEncoder.Default.Encode(issuer));
        return Results.Content(
            $"<!doctype html><meta charset=\"utf-8\"><title>Castellan</title><p><a href=\"{href}\">{words}</a></p>", "text/html");
    }

    static OpenIdConnectMessage Message(HttpRequest request, Uri end, OidcSettings settings, string? idToken) => new()
    {
        IssuerAddress = end.AbsoluteUri,
        ClientId = settings.ClientId,
        IdTokenHint = idToken,
        PostLogoutRedirectUri = $"{request.Scheme}://{request.Host}{request.PathBase}/{SignInAddress.Page}",
    };

    [LoggerMessage(LogLevel.Warning, "Somebody signed out here and not at the issuer {Issuer}, which says nothing of itself: {Why}")]
    static partial void LogSilent(ILogger logger, string? issuer, string why);
}
