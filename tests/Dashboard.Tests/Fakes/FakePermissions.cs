using System.Collections.Immutable;
using Dashboard.Monitoring.Access;

namespace Dashboard.Tests.Fakes;

/// <summary>What somebody may, as a test says.</summary>
public sealed class FakePermissions(Func<Permission, bool> may) : IPermissions
{
    public static Actor Actor(Func<Permission, bool> may) => new("anna", null, new FakePermissions(may));

    public bool May(Permission permission) => may(permission);

    public string RolesOn(string? cluster) => "viewer";

    public ImmutableArray<FieldMask> Masked { get; init; } = [];

    public ImmutableArray<FieldMask> Masks(string cluster, string topic) => Masked;
}
