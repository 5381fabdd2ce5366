using System.Security.Claims;
using Dashboard.Clusters;
using Dashboard.Security.Access;
using Dashboard.Security.Identity;

namespace Dashboard.Tests.Identity;

/// <summary>Tokens: how long, how many, whose.</summary>
public sealed class ApiTokensTests : IDisposable
{
    readonly IdentityWorld world = new();

    public ApiTokensTests() => world.Accounts.Add("anna", IdentityWorld.Password, ["admin"]);

    [Fact]
    public void A_token_ends_at_its_time_and_says_so()
    {
        var (_, secret) = world.Tokens.Issue(Owner("anna"), "ci", ["operator"], ["staging-*"], days: 2);
        var program = world.Tokens.Find(secret, out _)!;
        Assert.Equal("ci", program.Identity!.Name);
        Assert.True(program.IsInRole("operator"));
        Assert.Equal("anna", program.FindFirst(Principals.OwnerClaim)!.Value);
        Assert.Equal("staging-*", program.FindFirst(Principals.ClusterClaim)!.Value);
        var ending = world.Sessions.Ending(program);
        world.Time.Advance(TimeSpan.FromDays(2));
        Assert.Null(world.Tokens.Find(secret, out var problem));
        Assert.Equal("The token ci ended at 2026-11-22 14:00:00Z.", problem);
        Assert.True(ending.IsCancellationRequested);
    }

    [Fact]
    public void What_its_owner_is_a_token_finds_anew_each_time()
    {
        world.Accounts.Add("boss", IdentityWorld.Password, ["admin"]);
        var (_, secret) = world.Tokens.Issue(Owner("anna"), "ci", ["admin"], [], 1);
        var (_, limited) = world.Tokens.Issue(Owner("anna"), "ci-staging", ["admin"], ["staging"], 1);
        Assert.True(world.Administrators.IsAdministrator(world.Tokens.Find(secret, out _)!));
        Assert.False(world.Administrators.IsAdministrator(world.Tokens.Find(limited, out _)!)); // accounts belong to no cluster
        world.Accounts.SetRoles("anna", ["viewer"]);
        var program = world.Tokens.Find(secret, out _)!;
        Assert.False(world.Administrators.IsAdministrator(program));
        Assert.True(world.Tokens.OwnerOf(program)!.IsInRole("viewer"));
        world.Accounts.Remove("anna");
        Assert.Null(world.Tokens.Find(secret, out _));
    }

    [Fact]
    public void A_person_who_was_known_before_has_the_roles_of_now()
    {
        var before = Principals.Of("Session", "anna", IdentitySource.Local, roles: ["admin"]);
        world.Accounts.Add("boss", IdentityWorld.Password, ["admin"]);
        world.Accounts.SetRoles("anna", ["viewer"]);
        Assert.False(world.Tokens.AsOfNow(before)!.IsInRole("admin"));
        Assert.True(world.Tokens.AsOfNow(before)!.IsInRole("viewer"));
        world.Accounts.Remove("anna");
        Assert.Null(world.Tokens.AsOfNow(before));
        var elsewhere = Principals.Of("Session", "anna", IdentitySource.Oidc, ["readers"]);
        Assert.Same(elsewhere, world.Tokens.AsOfNow(elsewhere));
    }

    [Fact]
    public void What_goes_on_without_its_beginner_is_told_why_they_are_nobody_any_longer()
    {
        var access = new AccessStore(new AccessMode(SignIn: true), new TokenOwners(world.Tokens));
        access.Take(new ClustersDocument("", ClusterList.Empty) { IsGone = true });
        world.Accounts.Add("boss", IdentityWorld.Password, ["admin"]);
        var anna = Principals.Of("Session", "anna", IdentitySource.Local, roles: ["admin"]);
        var (brief, secret) = world.Tokens.Issue(Owner("anna"), "short", ["admin"], [], days: 1);
        var (lasting, other) = world.Tokens.Issue(Owner("anna"), "long", ["admin"], [], days: 9);
        var (program, second) = (world.Tokens.Find(secret, out _)!, world.Tokens.Find(other, out _)!);
        string? Ended(ClaimsPrincipal who) => access.LastingActorOf(who, "api", null) is var actor
            && actor.Sees("c") == (actor.Ended is null) ? actor.Ended : throw new InvalidOperationException("it may what it must not");
        Assert.All([program, second, anna], who => Assert.Null(Ended(who)));
        world.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal($"The token short of anna ended at {brief.Ends:u}.", Ended(program));
        Assert.Null(Ended(second));
        world.Tokens.Revoke(lasting.Id);
        Assert.StartsWith("The token long of anna was revoked", Ended(second), StringComparison.Ordinal);
        world.Accounts.Remove("anna");
        Assert.Equal("The account anna was removed.", Ended(anna));
    }

    [Fact]
    public async Task Groups_of_an_owner_elsewhere_are_those_of_his_last_sign_in()
    {
        var (_, secret) = world.Tokens.Issue(Owner("bob", IdentitySource.Oidc, "kafka-admins"), "ci", ["admin"], [], 1);
        var program = world.Tokens.Find(secret, out _)!;
        Assert.Equal(["kafka-admins"], GroupsOf(world.Tokens.OwnerOf(program)!));
        await world.SignInAsync("bob", IdentitySource.Ldap, "of-another-bob");
        Assert.Equal(["kafka-admins"], GroupsOf(world.Tokens.OwnerOf(program)!));
        await world.SignInAsync("bob", IdentitySource.Oidc, "pensioners");
        Assert.Equal(["pensioners"], GroupsOf(world.Tokens.OwnerOf(program)!));
        Assert.Empty(GroupsOf(program));
    }

    [Fact]
    public void When_it_was_used_is_known_at_once_and_after_an_orderly_end()
    {
        var (token, secret) = world.Tokens.Issue(Owner("anna"), "ci", ["viewer"], [], 1);
        Assert.Null(world.Tokens.All.Single().Used);
        world.Time.Advance(TimeSpan.FromMinutes(3));
        world.Tokens.Find(secret, out _);
        Assert.Equal(token.Made.AddMinutes(3), world.Tokens.All.Single().Used);
        world.Tokens.Dispose();
        world.Open();
        Assert.Equal(token.Made.AddMinutes(3), world.Tokens.All.Single().Used);
    }

    [Fact]
    public void One_more_than_there_may_be_is_refused_and_old_ended_ones_make_room()
    {
        for (var i = 0; i < ApiTokens.MostOfOne; i++)
        {
            world.Tokens.Issue(Owner("anna"), $"t{i}", ["viewer"], [], 1);
        }

        var fault = Assert.Throws<IdentityException>(() => world.Tokens.Issue(Owner("anna"), "one-more", ["viewer"], [], 1));
        Assert.Equal(IdentityFault.Limit, fault.Fault);
        world.Tokens.Issue(Owner("boss"), "of-another", ["viewer"], [], 1);
        world.Time.Advance(TimeSpan.FromDays(32));
        world.Tokens.Issue(Owner("anna"), "one-more", ["viewer"], [], 1);
        Assert.Single(world.Tokens.All);
    }

    public void Dispose() => world.Dispose();

    static ClaimsPrincipal Owner(
        string name, IdentitySource source = IdentitySource.Local, params string[] groups) =>
        Principals.Of(OpenSessions.Scheme, name, source, groups);

    static IEnumerable<string> GroupsOf(ClaimsPrincipal owner) =>
        owner.FindAll(Principals.GroupClaim).Select(group => group.Value);
}
