using System.Net;
using Dashboard.Security.Identity;

namespace Dashboard.Security.SignIn;

/// <summary>
/// Takes the headers that say who a user is away from requests that are not the proxy's, before anything reads them: who reaches this
/// server beside the proxy could otherwise claim any name. It looks at the connection's own address, so X-Forwarded-For is read after it.
/// </summary>
sealed class TrustedProxy(RequestDelegate next, ProxySettings proxy)
{
    readonly IPNetwork[] networks = [.. proxy.Networks];

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address || !IsTrusted(address))
        {
            foreach (var header in (string?[])[proxy.Header, proxy.GroupsHeader])
            {
                if (header is not null)
                {
                    context.Request.Headers.Remove(header);
                }
            }
        }

        return next(context);
    }

    /// <summary>A socket for both kinds of address has IPv4 ones within IPv6 ones.</summary>
    bool IsTrusted(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return networks.Any(network => network.Contains(plain));
    }
}
