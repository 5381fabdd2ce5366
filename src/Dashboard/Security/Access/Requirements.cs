using Dashboard.Monitoring.Access;

namespace Dashboard.Security.Access;

/// <summary>
/// What an address takes: on a page an attribute, on an endpoint metadata. Every address has one; the last of several counts.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public abstract class RequirementAttribute : Attribute;

/// <summary>All, also those who have not signed in.</summary>
public sealed class OpenToAllAttribute : RequirementAttribute;

/// <summary>All who have signed in; what is shown is decided below.</summary>
public sealed class SignedInAttribute : RequirementAttribute;

/// <summary>A permission on the cluster of the address; without a cluster in it, on any one at all.</summary>
public sealed class RequiresAttribute(AccessKind kind, AccessAction action) : RequirementAttribute
{
    /// <summary>
    /// The part of the address that names the thing. Null with a kind that has names: on any name at all, since the name stands in the
    /// body and the command decides.
    /// </summary>
    public string? Named { get; init; }

    public AccessKind Kind => kind;

    public AccessAction Action => action;

    /// <param name="values">Of the address.</param>
    public Permission On(IReadOnlyDictionary<string, object?> values) => On(values.GetValueOrDefault("cluster") as string, Name(values));

    /// <param name="cluster">Null: the address has none.</param>
    public Permission On(string? cluster, string? name) => new(kind, action, cluster, name);

    string? Name(IReadOnlyDictionary<string, object?> values) =>
        Named is not null ? values.GetValueOrDefault(Named) as string
        : kind is AccessKind.Topics or AccessKind.Records or AccessKind.Groups or AccessKind.Nodes or AccessKind.Schemas
            or AccessKind.Connectors ? null
        : Permission.All;
}

/// <summary>For endpoints, and for groups of them: what an endpoint says itself comes after what its group says, and counts.</summary>
static class RequirementExtensions
{
    public static TBuilder Requires<TBuilder>(this TBuilder builder, AccessKind kind, AccessAction action, string? named = null)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequiresAttribute(kind, action) { Named = named });

    public static TBuilder SignedIn<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new SignedInAttribute());

    public static TBuilder OpenToAll<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new OpenToAllAttribute());

    /// <summary>
    /// Of the pages' own addresses: what a page says of itself stands; the socket of the pages and what the framework serves beside it are
    /// for all who have signed in. The pages before that need none of it.
    /// </summary>
    public static TBuilder PagesSay<TBuilder>(this TBuilder pages)
        where TBuilder : IEndpointConventionBuilder
    {
        pages.Add(endpoint =>
        {
            if (!endpoint.Metadata.OfType<RequirementAttribute>().Any())
            {
                endpoint.Metadata.Add(new SignedInAttribute());
            }
        });
        return pages;
    }
}
