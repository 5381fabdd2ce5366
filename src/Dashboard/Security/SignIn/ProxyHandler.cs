using System.Text.Encodings.Web;
using Dashboard.Security.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Dashboard.Security.SignIn;

/// <summary>
/// Who the reverse proxy says it is, anew with each request: there is no session here, and signing out is the proxy's. That the header is
/// the proxy's own <see cref="TrustedProxy"/> has seen to.
/// </summary>
sealed class ProxyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, SignInOptions signIn)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Proxy";

    public static bool IsGiven(HttpRequest request, SignInOptions options) =>
        options.Proxy?.Header is { } header && request.Headers.ContainsKey(header);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var proxy = signIn.Proxy!;
        // several would be the proxy's and one that it has let through: neither is believed
        if (Request.Headers[proxy.Header!] is not [{ } name] || !Principals.IsName(name) || name.Contains(','))
        {
            return Task.FromResult(AuthenticateResult.Fail(
                $"The proxy's header {proxy.Header} names nobody, or more than one: it has to be one name of at most 256 characters."));
        }

        var groups = proxy.GroupsHeader is { } header
            ? Request.Headers[header].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [];
        var person = Principals.Of(SchemeName, name, IdentitySource.Proxy, groups);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(person, SchemeName)));
    }
}
