using Dashboard.Addresses;
using Dashboard.Security.Access;
using Dashboard.Security.Identity;
using Microsoft.AspNetCore.Authentication;

namespace Dashboard.Security.SignIn;

/// <summary>The addresses of signing in and out that are no pages.</summary>
static class SignInEndpoints
{
    public static void MapSignIn(this WebApplication app, SignInOptions options)
    {
        // that no other page sends it, SameOriginOnly has seen to
        app.MapPost(SignInAddress.Out, SignOutAsync).OpenToAll().ExcludeFromDescription();
        if (options.Oidc is not null)
        {
            app.MapOidc();
        }
    }

    static async Task<IResult> SignOutAsync(HttpContext context, OpenSessions sessions, SignInOptions options)
    {
        var isOfIssuer = context.User.HasClaim(Principals.SourceClaim, nameof(IdentitySource.Oidc));
        var idToken = isOfIssuer ? sessions.IdTokenOf(context.User) : null;
        // here first: nothing that an issuer does keeps a session open
        await context.SignOutAsync(OpenSessions.Scheme);
        return isOfIssuer && await OidcSignOut.AddressAsync(context, options, idToken) is { } address
            ? OidcSignOut.Page(context, address, options.Oidc!.Shown)
            : Results.LocalRedirect($"~/{SignInAddress.Page}");
    }
}
