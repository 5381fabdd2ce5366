using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Dashboard.Security.Identity;

/// <summary>An account of this server.</summary>
/// <param name="Name">Lower case; also how its owner signs in.</param>
/// <param name="Password">As <see cref="Passwords"/> made it, with its parameters; null: no sign-in by it yet.</param>
public sealed record LocalAccount(string Name, string? Password, ImmutableArray<string> Roles, DateTimeOffset Made)
{
    /// <summary>Not with the password.</summary>
    public override string ToString() => Name;
}

/// <summary>A program's way in. The token itself is nowhere: it was shown once.</summary>
/// <param name="Id">Names it in addresses; tells nothing of the token.</param>
/// <param name="Hash">SHA-256 of the token, in hex. It needs no salt and no work: the token is 256 random bits.</param>
/// <param name="OwnerGroups">The owner's groups at his last sign-in; of a local account none, its roles are looked up.</param>
/// <param name="Clusters">Patterns of cluster ids; empty: all that the owner's rules allow.</param>
/// <param name="Used">When last, to some minutes; null: never.</param>
public sealed record ApiToken(
    string Id, string Hash, string Name, string Owner, IdentitySource OwnerSource, ImmutableArray<string> OwnerGroups,
    ImmutableArray<string> Roles, ImmutableArray<string> Clusters, DateTimeOffset Made, DateTimeOffset Ends, DateTimeOffset? Used)
{
    public override string ToString() => $"{Name} of {Owner}";
}

/// <summary>A user who has signed in and not out, in one browser.</summary>
/// <param name="Id">Of SHA-256 of the key that is in the browser's cookie.</param>
/// <param name="Address">From where.</param>
/// <param name="IdToken">The issuer's, encrypted: it says at the issuer who signs out. Null: there is none, or it is not asked for.</param>
public sealed record SignInSession(
    string Id, string Name, IdentitySource Source, ImmutableArray<string> Groups, string? Address, DateTimeOffset Made,
    DateTimeOffset Ends, string? IdToken = null)
{
    /// <summary>Not with the token.</summary>
    public override string ToString() => $"{Name} ({Source})";
}

/// <summary>Everything that is kept of who may come in, at one moment. Immutable.</summary>
sealed record IdentityState(
    ImmutableDictionary<string, LocalAccount> Accounts, ImmutableDictionary<string, ApiToken> Tokens,
    ImmutableDictionary<string, SignInSession> Sessions)
{
    public static readonly IdentityState Empty = new(
        ImmutableDictionary.Create<string, LocalAccount>(StringComparer.Ordinal),
        ImmutableDictionary.Create<string, ApiToken>(StringComparer.Ordinal),
        ImmutableDictionary.Create<string, SignInSession>(StringComparer.Ordinal));
}

/// <summary>The form of sign-in.json.</summary>
sealed record StoredIdentities(
    int Version, ImmutableArray<LocalAccount>? Accounts, ImmutableArray<ApiToken>? Tokens, ImmutableArray<SignInSession>? Sessions);

[JsonSourceGenerationOptions(
    System.Text.Json.JsonSerializerDefaults.Web, WriteIndented = true, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredIdentities))]
sealed partial class StoredIdentitiesJson : JsonSerializerContext;
