using System.Security.Claims;
using Dashboard.Addresses;
using Dashboard.Security.Access;
using Dashboard.Security.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Dashboard.Security.SignIn;

/// <summary>
/// Single sign-on by the framework's OpenID Connect handler: authorization code flow with PKCE. Of what the issuer says, the name and the
/// groups are taken; its tokens are not kept.
/// </summary>
static partial class OidcSignIn
{
    public const string Scheme = "Oidc";

    static readonly string[] names = ["preferred_username", "email", "sub"];

    public static void AddOidc(this AuthenticationBuilder schemes, OidcSettings settings) =>
        schemes.AddOpenIdConnect(Scheme, settings.Shown, options => Configure(options, settings));

    public static void MapOidc(this WebApplication app) =>
        app.MapGet(SignInAddress.Oidc, (string? returnUrl) => Results.Challenge(
                new AuthenticationProperties { RedirectUri = SignInAddress.Local(returnUrl) }, [Scheme]))
            .OpenToAll().ExcludeFromDescription();

    static void Configure(OpenIdConnectOptions options, OidcSettings settings)
    {
        options.SignInScheme = OpenSessions.Scheme;
        options.Authority = settings.Authority;
        options.RequireHttpsMetadata = !new Uri(settings.Authority!).IsLoopback;
        options.ClientId = settings.ClientId;
        options.ClientSecret = settings.ClientSecretFile is { } file ? File.ReadAllText(file).Trim() : settings.ClientSecret;
        options.CallbackPath = $"/{SignInAddress.OidcBack}";
        options.ResponseType = OpenIdConnectResponseType.Code;
        // by an address, not by a form: a form from another site is refused, and brings no cookie that is Lax
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.Scope.Clear();
        foreach (var scope in settings.Scopes)
        {
            options.Scope.Add(scope);
        }

        options.MapInboundClaims = false;
        options.GetClaimsFromUserInfoEndpoint = true;
        options.ClaimActions.Clear();
        foreach (var claim in (string[])[.. settings.NameClaim is { } own ? [own] : names, settings.GroupsClaim])
        {
            options.ClaimActions.MapJsonKey(claim, claim);
        }

        foreach (var cookie in (CookieBuilder[])[options.CorrelationCookie, options.NonceCookie])
        {
            // the default, None, needs https, and this server may be on plain http behind a proxy
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        }

        options.Events.OnTicketReceived = context => Take(context, settings);
        options.Events.OnRemoteFailure = TellAsync;
    }

    /// <summary>The issuer's principal becomes one of ours, with nothing else of it.</summary>
    static Task Take(TicketReceivedContext context, OidcSettings settings)
    {
        var issued = context.Principal!;
        string[] asked = settings.NameClaim is { } own ? [own] : names;
        if (asked.Select(claim => issued.FindFirst(claim)?.Value).FirstOrDefault(name => !string.IsNullOrWhiteSpace(name)) is not { } name)
        {
            context.Fail($"None of the claims {string.Join(", ", asked)} names the user who has signed in.");
            return Task.CompletedTask;
        }

        context.Principal = Principals.Of(OpenSessions.Scheme, name, IdentitySource.Oidc, GroupsOf(issued, settings));
        return Task.CompletedTask;
    }

    /// <summary>Both the token and the userinfo endpoint may list them.</summary>
    static IEnumerable<string> GroupsOf(ClaimsPrincipal issued, OidcSettings settings) =>
        issued.FindAll(settings.GroupsClaim).Select(group => group.Value).Distinct(StringComparer.Ordinal);

    /// <summary>The reason is in the log; what an address says of it could be written by anyone.</summary>
    static Task TellAsync(RemoteFailureContext context)
    {
        var logger = context.HttpContext.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OidcSignIn));
        LogFailed(logger, context.Failure?.Message);
        context.Response.Redirect($"/{SignInAddress.Of(context.Properties?.RedirectUri, fault: SignInAddress.OidcFault)}");
        context.HandleResponse();
        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Warning, "Sign-in by OpenID Connect failed: {Why}")]
    static partial void LogFailed(ILogger logger, string? why);
}
