using Dashboard.Addresses;
using Microsoft.Net.Http.Headers;

namespace Dashboard.Security;

/// <summary>
/// Keeps web pages of elsewhere out. A request whose Host is not one served here is refused (DNS rebinding: such a page's own name may
/// resolve to this machine); one that another origin sent is refused unless it only navigates here (CSRF, and sockets of the hub, which
/// browsers let any page open).
/// </summary>
sealed class SameOriginOnly(RequestDelegate next, ServedHosts hosts)
{
    const int HttpPort = 80;
    const int HttpsPort = 443;

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(SetHeaders, context);
        var request = context.Request;
        // against DNS rebinding: another site's name that leads to this address has that site's origin
        if (!hosts.Has(request.Host.Host))
        {
            return RefuseAsync(
                context, StatusCodes.Status421MisdirectedRequest, $"Host {request.Host.Host} is not served here.{hosts.WayOut}");
        }

        if (IsCrossOrigin(request) && !IsNavigation(request))
        {
            return RefuseAsync(context, StatusCodes.Status403Forbidden, "Requests of other origins are refused.");
        }

        return next(context);
    }

    /// <summary>
    /// Of every answer: what is refused or failed as well. Set when it starts, so that nothing below adds a second policy or takes them
    /// away.
    /// </summary>
    static Task SetHeaders(object answered)
    {
        var context = (HttpContext)answered;
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // browsers know it of secure contexts alone, and say on each page of others that they ignore it
        if (context.Request.IsHttps || ServedUrls.IsLoopback(context.Request.Host.Host))
        {
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
        }

        if (context.Request is { IsHttps: true, Host.Port: null or HttpsPort })
        {
            // it holds for all ports of a name: one that has a port of its own here may have others in plain http beside it
            headers.StrictTransportSecurity = "max-age=31536000";
        }

        headers.ContentSecurityPolicy =
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
            + "frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'";
        return Task.CompletedTask;
    }

    static bool IsCrossOrigin(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0)
        {
            return !Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme != request.Scheme
                || !uri.Authority.Equals(Authority(request), StringComparison.OrdinalIgnoreCase);
        }

        // without Origin: a GET of a browser, or no browser, which has neither header
        return request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site";
    }

    /// <summary>A link elsewhere may lead here: that reads nothing for the other page and changes nothing.</summary>
    static bool IsNavigation(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Mode"] == "navigate"
            // a WebSocket is a GET too, and carries the cookie
            && request.Headers[HeaderNames.Upgrade].Count == 0;

    static string Authority(HttpRequest request) =>
        new UriBuilder(request.Scheme, request.Host.Host, request.Host.Port ?? (request.IsHttps ? HttpsPort : HttpPort)).Uri.Authority;

    static Task RefuseAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        return Results.Problem(why, statusCode: status).ExecuteAsync(context);
    }
}
