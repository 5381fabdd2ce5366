using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dashboard.Security.Access;

/// <summary>What the composition root calls.</summary>
public static class AccessServices
{
    /// <param name="signIn">Whether sign-in is asked for.</param>
    public static IServiceCollection AddAccess(this IServiceCollection services, bool signIn)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton(new AccessMode(signIn));
        services.TryAddSingleton<ITokenOwners, OwnersByName>();
        services.AddSingleton<AccessStore>();
        services.AddScoped<CurrentActor>();
        services.AddScoped<ICurrentActor>(scope => scope.GetRequiredService<CurrentActor>());
        services.AddTransient<IAuthorizationPolicyProvider, NoPolicies>();
        return services;
    }
}
