using Dashboard.Addresses;
using Dashboard.Security.Access;
using Dashboard.Security.Identity;
using Microsoft.AspNetCore.Authentication;

namespace Dashboard.Security.SignIn;

/// <summary>
/// Lets only known users past: pages lead to the sign-in page and back, everything else is answered 401. Open are only endpoints
/// that say so (OpenToAll): signing in, what health checks ask, and files that are the same for all. What one may is decided
/// behind it.
/// </summary>
sealed class SignInGate(RequestDelegate next, OpenSessions sessions, SignInOptions options)
{
    /// <summary>A page whose session ends leaves by itself; one that does not loses its connection after this.</summary>
    static readonly TimeSpan grace = TimeSpan.FromSeconds(5);

    /// <summary>What programs ask for: a redirection would tell them nothing.</summary>
    static readonly string[] forPrograms = ["/api", "/metrics", "/openapi", "/_blazor", "/_framework"];

    public static string CookieName(bool https) => https ? "__Host-castellan" : "castellan";

    public Task InvokeAsync(HttpContext context)
    {
        var isOpen = context.GetEndpoint()?.Metadata.GetMetadata<OpenToAllAttribute>() is not null;
        if (context.User.Identity?.IsAuthenticated != true)
        {
            return isOpen ? next(context) : TurnAwayAsync(context);
        }

        if (!isOpen)
        {
            context.Response.OnStarting(KeepNowhere, context.Response);
        }

        return context.Request.Path.StartsWithSegments("/_blazor") ? ServeUntilEndAsync(context) : next(context);
    }

    async Task ServeUntilEndAsync(HttpContext context)
    {
        using var cut = new CancellationTokenSource();
        using var ended = sessions.Ending(context.User)
            .UnsafeRegister(static cut => ((CancellationTokenSource)cut!).CancelAfter(grace), cut);
        using var end = cut.Token.UnsafeRegister(static open => ((HttpContext)open!).Abort(), context);
        await next(context);
    }

    async Task TurnAwayAsync(HttpContext context)
    {
        var request = context.Request;
        var isPage = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (isPage && !TokenHandler.IsGiven(request) && !forPrograms.Any(path => request.Path.StartsWithSegments(path)))
        {
            var hadSession = request.Cookies.ContainsKey(CookieName(true)) || request.Cookies.ContainsKey(CookieName(false));
            context.Response.Redirect($"/{SignInAddress.Of($"{request.Path}{request.QueryString}", hadSession)}");
            return;
        }

        // known already: the handler keeps what it found for as long as the request lasts
        var mounted = request.PathBase;
        var isToken = TokenHandler.IsGiven(request);
        var why = isToken || ProxyHandler.IsGiven(request, options) ? (await context.AuthenticateAsync()).Failure?.Message : null;
        context.Response.Headers.WWWAuthenticate = isToken ? "Bearer error=\"invalid_token\"" : "Bearer";
        await AccessProblems.Of(
                StatusCodes.Status401Unauthorized, isToken ? "INVALID_TOKEN" : "SIGN_IN_REQUIRED",
                $"{why ?? "Nobody is signed in."} Send \"Authorization: Bearer TOKEN\" with a token of this server, which the page "
                + $"{mounted}/{SignInAddress.Accounts} makes, or sign in at {mounted}/{SignInAddress.Page}.")
            .ExecuteAsync(context);
    }

    /// <summary>What one person may see is not for the next user of the browser, nor for a cache on the way.</summary>
    static Task KeepNowhere(object answered)
    {
        var response = (HttpResponse)answered;
        if (response.Headers.CacheControl.Count == 0)
        {
            response.Headers.CacheControl = "no-store";
        }

        return Task.CompletedTask;
    }
}
