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
        app.MapPost(SignInAddress.Out, (Delegate)SignOutAsync).OpenToAll().ExcludeFromDescription();
        if (options.Oidc is not null)
        {
            app.MapOidc();
        }
    }

    static async Task<IResult> SignOutAsync(HttpContext context)
    {
        await context.SignOutAsync(OpenSessions.Scheme);
        return Results.LocalRedirect($"~/{SignInAddress.Page}");
    }
}
