using Dashboard.Security.Identity;

namespace Dashboard.Tests.Identity;

/// <summary>Sessions end when they should, and no sooner; there are never too many.</summary>
public sealed class OpenSessionsTests : IDisposable
{
    readonly IdentityWorld world = new();

    public OpenSessionsTests() => world.Accounts.Add("anna", null, ["viewer"]);

    [Fact]
    public async Task A_session_ends_at_its_time_and_whoever_watches_is_told()
    {
        var key = await world.SignInAsync("anna");
        var person = (await world.Sessions.RetrieveAsync(key))!.Principal;
        var ending = world.Sessions.Ending(person);
        world.Time.Advance(TimeSpan.FromHours(8) - TimeSpan.FromSeconds(1));
        Assert.True(await world.IsInAsync(key));
        Assert.False(ending.IsCancellationRequested);
        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await world.IsInAsync(key));
        Assert.True(ending.IsCancellationRequested);
        Assert.True(world.Sessions.Ending(person).IsCancellationRequested);
    }

    [Fact]
    public async Task A_revoked_session_ends_at_once_and_stays_ended_after_a_restart()
    {
        var (key, other) = (await world.SignInAsync("anna"), await world.SignInAsync("anna"));
        var person = (await world.Sessions.RetrieveAsync(key))!.Principal;
        var ending = world.Sessions.Ending(person);
        world.Sessions.End(person.FindFirst(Principals.SessionClaim)!.Value);
        Assert.True(ending.IsCancellationRequested);
        world.Open();
        Assert.False(await world.IsInAsync(key));
        Assert.True(await world.IsInAsync(other));
    }

    [Fact]
    public async Task A_session_has_the_roles_that_its_account_has_now_and_ends_with_it()
    {
        world.Accounts.Add("boss", IdentityWorld.Password, ["admin"]);
        var key = await world.SignInAsync("anna");
        Assert.True((await world.Sessions.RetrieveAsync(key))!.Principal.IsInRole("viewer"));
        world.Accounts.SetRoles("anna", ["operator"]);
        Assert.False(await world.IsInAsync(key)); // open pages hold the old ones
        var after = await world.SignInAsync("anna");
        Assert.True((await world.Sessions.RetrieveAsync(after))!.Principal.IsInRole("operator"));
        world.Accounts.Remove("anna");
        Assert.False(await world.IsInAsync(after));
    }

    [Fact]
    public async Task Of_one_person_the_oldest_session_makes_room_and_of_others_none()
    {
        world.Accounts.Add("bob", null, []);
        var bobs = await world.SignInAsync("bob");
        var keys = new List<string>();
        for (var i = 0; i <= OpenSessions.MostOfOne; i++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            keys.Add(await world.SignInAsync("anna"));
        }

        Assert.False(await world.IsInAsync(keys[0]));
        Assert.True(await world.IsInAsync(keys[1]));
        Assert.True(await world.IsInAsync(keys[^1]));
        Assert.True(await world.IsInAsync(bobs));
    }

    [Fact]
    public async Task A_person_of_a_directory_is_not_the_account_of_that_name()
    {
        var key = await world.SignInAsync("anna", IdentitySource.Oidc, "everybody");
        var person = (await world.Sessions.RetrieveAsync(key))!.Principal;
        Assert.False(person.IsInRole("viewer"));
        world.Sessions.EndAllOf("anna", IdentitySource.Local, null);
        Assert.True(await world.IsInAsync(key));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_named_and_not_written_over()
    {
        await world.SignInAsync("anna");
        await File.WriteAllTextAsync(world.File, """{ "version": 1, "accounts": [ "secret" """, TestContext.Current.CancellationToken);
        var fault = Assert.Throws<InvalidDataException>(world.Open);
        Assert.Contains("sign-in.json cannot be read", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Who_came_from_where_nobody_may_come_from_any_longer_is_out_and_so_are_his_tokens()
    {
        using var world = new IdentityWorld();
        var session = await world.SignInAsync("anna", IdentitySource.Oidc, "kafka-admins");
        var owner = Principals.Of(OpenSessions.Scheme, "anna", IdentitySource.Oidc);
        var (_, secret) = world.Tokens.Issue(owner, "ci", ["viewer"], [], 1);
        Assert.True(await world.IsInAsync(session));
        Assert.NotNull(world.Tokens.Find(secret, out _));
        world.Options.Oidc = null;
        world.Open();
        Assert.False(await world.IsInAsync(session));
        Assert.Empty(world.Sessions.Open);
        Assert.Null(world.Tokens.Find(secret, out var why));
        Assert.Equal("The token ci is of anna, who cannot sign in here any longer.", why);
    }
}
