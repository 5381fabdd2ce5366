using System.Text.Encodings.Web;
using Dashboard.Security.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Dashboard.Security.SignIn;

/// <summary>"Authorization: Bearer cst_…" (RFC 6750), wherever a page or a person would be let in by a session.</summary>
sealed class TokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    const string Start = "Bearer ";

    public static bool IsGiven(HttpRequest request) =>
        request.Headers.Authorization.ToString().StartsWith(Start, StringComparison.OrdinalIgnoreCase);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var secret = Request.Headers.Authorization.ToString()[Start.Length..].Trim();
        return Task.FromResult(tokens.Find(secret, out var problem) is { } principal
            ? AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name))
            : AuthenticateResult.Fail(problem!));
    }
}
