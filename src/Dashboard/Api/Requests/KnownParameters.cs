using System.Collections.Frozen;
using System.Reflection;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Dashboard.Api.Requests;

/// <summary>
/// Refuses a query parameter that the address does not take: with dry_run=true a change would be made, and with filer=… all records
/// would be answered. Names that begin with an underscore are let through, for those who defeat caches by them.
/// </summary>
sealed class KnownParameters(RequestDelegate next, IApiDescriptionGroupCollectionProvider described)
{
    /// <summary>By the handler, which is one of an address and method; made at the first request that has a query.</summary>
    readonly Lazy<FrozenDictionary<MethodInfo, FrozenSet<string>>> known = new(() => Known(described));

    /// <exception cref="BadHttpRequestException">It does not take one of them.</exception>
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Query.Count > 0 && context.GetEndpoint()?.Metadata.GetMetadata<MethodInfo>() is { } handler
            && known.Value.TryGetValue(handler, out var names)
            && context.Request.Query.Keys.FirstOrDefault(name => !names.Contains(name) && !name.StartsWith('_')) is { } unknown)
        {
            var those = names.Count == 0 ? "it takes none" : $"it takes {string.Join(", ", names.Order(StringComparer.Ordinal))}";
            throw new BadHttpRequestException($"{unknown}: this address takes no such parameter; {those}.");
        }

        return next(context);
    }

    static FrozenDictionary<MethodInfo, FrozenSet<string>> Known(IApiDescriptionGroupCollectionProvider described) =>
        described.ApiDescriptionGroups.Items.SelectMany(group => group.Items)
            .SelectMany(
                one => one.ActionDescriptor.EndpointMetadata.OfType<MethodInfo>(),
                (one, handler) => (handler, Queried: one.ParameterDescriptions.Where(p => p.Source == BindingSource.Query)))
            .GroupBy(one => one.handler, one => one.Queried)
            .ToFrozenDictionary(
                group => group.Key,
                group => group.SelectMany(queried => queried).Select(p => p.Name).ToFrozenSet(StringComparer.OrdinalIgnoreCase));
}
