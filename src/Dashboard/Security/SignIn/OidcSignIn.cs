using System.Net.Sockets;
using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using Dashboard.Addresses;
using Dashboard.Security.Access;
using Dashboard.Security.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Dashboard.Security.SignIn;

/// <summary>
/// Single sign-on by the framework's OpenID Connect handler: authorization code flow with PKCE. Of what the issuer says, the name and the
/// groups are taken; of its tokens, that of the person is kept for signing out.
/// </summary>
static partial class OidcSignIn
{
    public const string Scheme = "Oidc";

    /// <summary>Someone waits in front of a blank page.</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    static readonly string[] names = ["preferred_username", "email", "sub"];

    public static void AddOidc(this AuthenticationBuilder schemes, OidcSettings settings) =>
        schemes.AddOpenIdConnect(Scheme, settings.Shown, options => Configure(options, settings));

    public static void MapOidc(this WebApplication app) =>
        app.MapGet(SignInAddress.Oidc, ChallengeAsync).OpenToAll().ExcludeFromDescription();

    /// <summary>What the issuer says of itself is asked for at the first sign-in, and again once it is old.</summary>
    static async Task ChallengeAsync(HttpContext http, string? returnUrl = null)
    {
        var back = SignInAddress.Local(returnUrl);
        try
        {
            await http.ChallengeAsync(Scheme, new AuthenticationProperties { RedirectUri = back });
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested
            && e is InvalidOperationException or HttpRequestException or IOException or OperationCanceledException)
        {
            Tell(http, e, back, SignInAddress.OidcSilent);
        }
    }

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
        options.BackchannelTimeout = patience;
        if (settings.Ca is { } ca)
        {
            options.BackchannelHttpHandler = Trusting(ca);
        }

        // of them the session keeps what signs out at the issuer
        options.SaveTokens = settings.SignOut;
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

    /// <summary>Of these authorities alone, as the other connections of this program have it.</summary>
    static SocketsHttpHandler Trusting(string ca)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(ca);
        return new() { SslOptions = { CertificateChainPolicy = policy } };
    }

    /// <summary>The issuer's principal becomes one of ours, with nothing else of it.</summary>
    static Task Take(TicketReceivedContext context, OidcSettings settings)
    {
        var issued = context.Principal!;
        string[] asked = settings.NameClaim is { } own ? [own] : names;
        if (asked.Select(claim => issued.FindFirst(claim)?.Value).FirstOrDefault(Principals.IsName) is not { } name)
        {
            context.Fail(
                $"None of the claims {string.Join(", ", asked)} names the user who has signed in, in one line of at most 256 characters.");
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
        var isSilent = context.Failure?.GetBaseException() is SocketException or HttpIOException or OperationCanceledException
            or TimeoutException;
        Tell(
            context.HttpContext, context.Failure, context.Properties?.RedirectUri,
            isSilent ? SignInAddress.OidcSilent : SignInAddress.OidcFault);
        context.HandleResponse();
        return Task.CompletedTask;
    }

    static void Tell(HttpContext http, Exception? failure, string? back, string fault)
    {
        var services = http.RequestServices;
        // the framework's own words seldom have the cause of the cause
        var cause = failure?.GetBaseException() is { } inmost && inmost != failure ? $" {inmost.Message}" : "";
        LogFailed(
            services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OidcSignIn)),
            services.GetRequiredService<SignInOptions>().Oidc?.Authority, $"{failure?.Message}{cause}");
        http.Response.Redirect($"/{SignInAddress.Of(back, fault: fault)}");
    }

    [LoggerMessage(LogLevel.Warning, "Sign-in by OpenID Connect at {Issuer} failed: {Why}")]
    static partial void LogFailed(ILogger logger, string? issuer, string why);
}
