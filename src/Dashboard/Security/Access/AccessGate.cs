using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Microsoft.AspNetCore.Components.Endpoints;

namespace Dashboard.Security.Access;

/// <summary>
/// Decides of every request but those for pages, which decide in the same way and say so in their own form: 404 for a cluster that one may
/// not see, 403 with what is missing, in the audit log too when something was to be changed. Who comes here is known, or an endpoint is
/// open to all. One that does not say what it takes is answered to no user. The commands below decide again, by the names that bodies have.
/// </summary>
sealed class AccessGate(RequestDelegate next, AccessMode mode)
{
    public async Task InvokeAsync(HttpContext context, ICurrentActor who, IAuditLog audit, TimeProvider time)
    {
        if (!mode.SignIn || context.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null)
        {
            await next(context);
            return;
        }

        var requirement = endpoint.Metadata.GetMetadata<RequirementAttribute>();
        if (requirement is not OpenToAllAttribute && await RefusalAsync(context, requirement, who, audit, time) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        await next(context);
    }

    static async Task<IResult?> RefusalAsync(
        HttpContext context, RequirementAttribute? requirement, ICurrentActor who, IAuditLog audit, TimeProvider time)
    {
        var (actor, values) = (who.Actor, context.Request.RouteValues);
        if (values["cluster"] is string cluster && !actor.Sees(cluster))
        {
            return AccessProblems.NoCluster(cluster);
        }

        if (requirement is SignedInAttribute)
        {
            return null;
        }

        var needed = (requirement as RequiresAttribute)?.On(values);
        if (needed is { } permission && actor.May(permission))
        {
            return null;
        }

        var why = needed is { } missing
            ? actor.WhyNot(missing)
            : $"{context.Request.Path} does not say what it takes: it is served to nobody.";
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            var entry = new AuditEntry(
                time.GetUtcNow(), values["cluster"] as string ?? "", actor.Name, "access.denied",
                $"{context.Request.Method} {context.Request.Path}", "", "refused", why)
            { Address = actor.Address };
            await audit.WriteAsync(entry, CancellationToken.None);
        }

        return AccessProblems.Denied(why);
    }
}
