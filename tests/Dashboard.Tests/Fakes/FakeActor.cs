using Dashboard.Monitoring.Access;
using Dashboard.Security.Access;
using Dashboard.Security.Identity;

namespace Dashboard.Tests.Fakes;

/// <summary>Who asks, as a test says.</summary>
public sealed class FakeActor : ICurrentActor
{
    public Actor Actor { get; set; } = Actor.Program("web");

    /// <summary>Somebody with one of the built-in roles.</summary>
    public static Actor With(string role, string name = "anna") => new(
        name, "10.0.0.7",
        GrantedPermissions.Of(Principals.Of("test", name, IdentitySource.Local, roles: [role]), AccessRules.BuiltIn, new OwnersByName()));
}
