using System.Text.RegularExpressions;

namespace Dashboard.Addresses;

/// <summary>
/// Where the program is mounted behind a proxy: "/kafka" at https://example.org/kafka/. "" is the root. Pages write addresses without a
/// slash in front, which the document's base makes whole; what is answered with an address is mended here.
/// </summary>
static partial class BasePath
{
    /// <summary>Why it cannot be taken, or null.</summary>
    public static string? Problem(string path) => path.Length == 0 || path == "/" || Form().IsMatch(path)
        ? null
        : $"--base-path {path}: has the form /kafka or /tools/kafka: letters, digits, and - . _ ~ between slashes.";

    /// <summary>
    /// All requests are taken to be for below the path: a proxy may leave it in their address or take it out, and probes ask without it.
    /// Comes before routing, which goes by what is left.
    /// </summary>
    public static void UseMountedAt(this IApplicationBuilder app, string path)
    {
        var mounted = new PathString(path.TrimEnd('/'));
        if (!mounted.HasValue)
        {
            return;
        }

        app.Use((context, next) =>
        {
            var request = context.Request;
            if (request.Path.StartsWithSegments(mounted, out var rest))
            {
                request.Path = rest.HasValue ? rest : "/";
            }

            request.PathBase = mounted;
            context.Response.OnStarting(static response => WithBase((HttpResponse)response), context.Response);
            return next(context);
        });
    }

    /// <summary>Location: of what was made or is gone on with, where it names a place from the root.</summary>
    static Task WithBase(HttpResponse response)
    {
        var (location, mounted) = (response.Headers.Location.ToString(), response.HttpContext.Request.PathBase);
        if (location.StartsWith('/') && !location.StartsWith("//", StringComparison.Ordinal)
            && !new PathString(location.Split('?')[0]).StartsWithSegments(mounted))
        {
            response.Headers.Location = mounted + location;
        }

        return Task.CompletedTask;
    }

    [GeneratedRegex("^(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+)+/?$")]
    private static partial Regex Form();
}
