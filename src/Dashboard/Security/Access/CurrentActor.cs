using System.Security.Claims;
using Dashboard.Monitoring.Access;
using Microsoft.AspNetCore.Components.Authorization;

namespace Dashboard.Security.Access;

/// <summary>
/// Who asks, in a request or in an open page. Worked out anew each time from the rules as they are: what goes on for a time keeps no actor,
/// but asks again.
/// </summary>
public interface ICurrentActor
{
    Actor Actor { get; }

    /// <summary>For work that goes on when the request or page is gone: the same one, by the rules of the moment it is called.</summary>
    Func<Actor> Lasting => () => Actor;
}

/// <summary>One for each request and one for each circuit, whose pages call <see cref="Open"/> before anything of them is drawn.</summary>
sealed class CurrentActor(AccessStore store, IHttpContextAccessor http) : ICurrentActor
{
    AuthenticationStateProvider? circuit;
    string? address;
    (AccessRules Rules, ClaimsPrincipal Principal, Actor Actor)? last;

    public Actor Actor
    {
        get
        {
            var (principal, rules) = (Principal, store.Rules);
            if (last is not { } known || known.Rules != rules || known.Principal != principal)
            {
                var from = circuit is null ? http.HttpContext?.Connection.RemoteIpAddress?.ToString() : address;
                last = known = (rules, principal, store.ActorOf(principal, circuit is null ? "api" : "web", from));
            }

            return known.Actor;
        }
    }

    public Func<Actor> Lasting
    {
        get
        {
            var (principal, nameless, from) = (Principal, circuit is null ? "api" : "web", Actor.Address);
            return () => store.LastingActorOf(principal, nameless, from);
        }
    }

    /// <summary>A circuit's connection may be made anew from elsewhere: the address is that of the page's first request.</summary>
    public void Open(AuthenticationStateProvider provider, string? from) => (circuit, address) = (provider, from);

    ClaimsPrincipal Principal =>
        circuit is null ? http.HttpContext?.User ?? new ClaimsPrincipal()
        : circuit.GetAuthenticationStateAsync() is { IsCompletedSuccessfully: true, Result.User: { } user } ? user
        : anonymous;

    static readonly ClaimsPrincipal anonymous = new();
}
