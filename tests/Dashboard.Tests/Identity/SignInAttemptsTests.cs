using System.Net;
using Dashboard.Security.Identity;
using Microsoft.Extensions.Time.Testing;

namespace Dashboard.Tests.Identity;

/// <summary>How many wrong passwords there may be, and how long the wait is.</summary>
public sealed class SignInAttemptsTests : IDisposable
{
    readonly FakeTimeProvider time = new();
    readonly SignInAttempts attempts;

    public SignInAttemptsTests() => attempts = new(time);

    [Fact]
    public void After_five_a_name_waits_and_starts_anew_then()
    {
        Assert.Equal([4, 3, 2, 1, 0], Enumerable.Range(0, 5).Select(_ => attempts.Begin("anna").Left));
        var until = attempts.Begin("anna").Until;
        Assert.Equal(time.GetUtcNow() + SignInAttempts.Wait, until);
        time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(until, attempts.Begin("anna").Until); // asking again does not make it longer
        Assert.Null(attempts.Begin("bob").Until);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((4, null), attempts.Begin("anna"));
    }

    [Fact]
    public void A_right_one_forgets_the_wrong_ones_before()
    {
        attempts.Begin("anna");
        attempts.Begin("anna");
        attempts.Succeeded("anna");
        Assert.Equal(4, attempts.Begin("anna").Left);
    }

    [Fact]
    public void Past_the_most_names_the_one_of_longest_ago_is_forgotten()
    {
        attempts.Begin("first");
        for (var i = 0; i < SignInAttempts.MostNames; i++)
        {
            time.Advance(TimeSpan.FromTicks(1));
            attempts.Begin($"n{i}");
        }

        Assert.Equal(4, attempts.Begin("first").Left);
        Assert.Equal(3, attempts.Begin($"n{SignInAttempts.MostNames - 1}").Left);
    }

    [Fact]
    public void An_address_has_its_number_and_one_network_of_IPv6_is_one()
    {
        for (var i = 0; i < SignInAttempts.TriesOfAddress; i++)
        {
            Assert.True(attempts.MayTry(IPAddress.Parse($"2001:db8:1:1::{i:x}")));
        }

        Assert.False(attempts.MayTry(IPAddress.Parse("2001:db8:1:1::ffff")));
        Assert.True(attempts.MayTry(IPAddress.Parse("2001:db8:1:2::1")));
        Assert.True(attempts.MayTry(IPAddress.Parse("192.0.2.1")));
    }

    public void Dispose() => attempts.Dispose();
}
