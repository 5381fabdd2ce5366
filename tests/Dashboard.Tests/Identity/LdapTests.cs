using System.Net;
using System.Net.Sockets;
using Dashboard.Security.Identity;
using Dashboard.Security.SignIn;
using Testing;
using Testing.Security;

namespace Dashboard.Tests.Identity;

/// <summary>Names and passwords of a directory, against Debian's slapd over TLS.</summary>
public sealed class LdapTests : IDisposable
{
    const string People = "ou=people," + TestDirectory.Base;

    readonly TestAuthority authority = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_person_is_let_in_by_the_directorys_password_with_its_groups(bool byPattern)
    {
        await using var server = await TestDirectory.StartAsync(authority);
        using var directory = new LdapDirectory(Settings(server, byPattern));
        var anna = await directory.FindAsync("anna", TestDirectory.AnnasPassword, Cancellation);
        Assert.Equal("anna", anna?.Name);
        Assert.Equal(["kafka-admins"], anna!.Groups);
        Assert.Empty((await directory.FindAsync("bob", "bobs-password", Cancellation))!.Groups);
        Assert.Null(await directory.FindAsync("anna", "bobs-password", Cancellation));
        Assert.Null(await directory.FindAsync("nobody", "bobs-password", Cancellation));
        // with its signs as they are these would find everybody, or somebody else
        Assert.Null(await directory.FindAsync("*", TestDirectory.AnnasPassword, Cancellation));
        Assert.Null(await directory.FindAsync("anna)(uid=*", TestDirectory.AnnasPassword, Cancellation));
        Assert.Null(await directory.FindAsync("anna,ou=people", TestDirectory.AnnasPassword, Cancellation));
    }

    /// <summary>The directory refuses a password that comes without TLS.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_directory_may_begin_TLS_on_an_open_connection(bool byPattern)
    {
        await using var server = await TestDirectory.StartAsync(authority, startsTls: true);
        var settings = Settings(server, byPattern);
        settings.StartTls = true;
        using (var directory = new LdapDirectory(settings))
        {
            Assert.Equal(["kafka-admins"], (await directory.FindAsync("anna", TestDirectory.AnnasPassword, Cancellation))!.Groups);
            Assert.Null(await directory.FindAsync("anna", "bobs-password", Cancellation));
        }

        using var other = new TestAuthority("Another CA");
        using var files = new TempDirectory();
        settings.Ca = other.WritePem(files["other.pem"]);
        using var distrusting = new LdapDirectory(settings);
        var fault = await Assert.ThrowsAsync<DirectoryException>(
            () => distrusting.FindAsync("anna", TestDirectory.AnnasPassword, Cancellation));
        Assert.Contains(Distrusts(settings), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_is_not_there_is_said_and_is_no_wrong_password()
    {
        using var directory = new LdapDirectory(new()
        {
            Url = $"ldap://127.0.0.1:{FreePorts.Take(1)[0]}",
            UserDnPattern = $"uid={{0}},{People}",
        });
        var fault = await Assert.ThrowsAsync<DirectoryException>(() => directory.FindAsync("anna", "secret-of-anna", Cancellation));
        Assert.Contains("ldap://127.0.0.1", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-of-anna", fault.ToString(), StringComparison.Ordinal);
    }

    /// <summary>OpenLDAP's library would wait for it without end, and its threads would be gone one after the other.</summary>
    [Theory]
    [InlineData("ldap", false)]
    [InlineData("ldap", true)]
    [InlineData("ldaps", false)]
    public async Task A_directory_that_takes_connections_and_says_nothing_keeps_nobody_waiting(string scheme, bool startTls)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var url = $"{scheme}://{silent.LocalEndpoint}";
        var settings = new LdapSettings { Url = url, StartTls = startTls, UserDnPattern = $"uid={{0}},{People}" };
        using var directory = new LdapDirectory(settings) { Patience = TimeSpan.FromMilliseconds(200) };
        var fault = await Assert.ThrowsAsync<DirectoryException>(() => directory.FindAsync("anna", "secret-of-anna", Cancellation));
        Assert.Equal($"{settings.Url}: it did not answer within 0.2 s.", fault.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_directory_whose_certificate_is_of_another_authority_gets_no_password_and_that_is_said(bool byPattern)
    {
        using var other = new TestAuthority("Another CA");
        await using var server = await TestDirectory.StartAsync(authority);
        using var files = new TempDirectory();
        var settings = Settings(server, byPattern);
        settings.Ca = other.WritePem(files["other.pem"]);
        using var directory = new LdapDirectory(settings);
        var fault = await Assert.ThrowsAsync<DirectoryException>(
            () => directory.FindAsync("anna", TestDirectory.AnnasPassword, Cancellation));
        Assert.StartsWith($"{server.Url}: The certificate of ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(Distrusts(settings), fault.Message, StringComparison.Ordinal);
    }

    static string Distrusts(LdapSettings settings) => $"which is not among the authorities of Ca ({settings.Ca}); add that authority there";

    [Theory]
    [InlineData("GroupBase", "ou=nowhere,dc=example,dc=org")]
    [InlineData("SearchBase", "ou=nowhere,dc=example,dc=org")]
    [InlineData("BindDn", TestDirectory.Reader)]
    public async Task What_of_the_settings_the_directory_does_not_take_is_named(string key, string value)
    {
        await using var server = await TestDirectory.StartAsync(authority);
        var settings = Settings(server, byPattern: false);
        typeof(LdapSettings).GetProperty(key)!.SetValue(settings, value);
        settings.BindPassword = key == "BindDn" ? "of-another" : settings.BindPassword;
        using var directory = new LdapDirectory(settings);
        var fault = await Assert.ThrowsAsync<DirectoryException>(
            () => directory.FindAsync("anna", TestDirectory.AnnasPassword, Cancellation));
        Assert.StartsWith($"{server.Url}, {key} {value}: ", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("of-another", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" Anna ", "anna")]
    [InlineData("\uff41nna", "anna")] // wide letters
    [InlineData("an   na", "an na")]
    [InlineData("an\u00a0na", "an na")]
    public void Spellings_that_a_directory_takes_for_one_name_are_one_here(string typed, string name) =>
        Assert.Equal(name, LocalAccounts.Normal(typed));

    [Theory]
    [InlineData("anna", "anna")]
    [InlineData("a*(b)\\", "a\\2a\\28b\\29\\5c")]
    public void A_name_in_a_filter_is_text(string name, string escaped) => Assert.Equal(escaped, LdapDirectory.InFilter(name));

    [Theory]
    [InlineData("anna", "anna")]
    [InlineData("a,b=c", "a\\,b\\=c")]
    [InlineData("#a ", "\\#a\\ ")]
    public void A_name_in_a_distinguished_name_is_text(string name, string escaped) => Assert.Equal(escaped, LdapDirectory.InName(name));

    public void Dispose() => authority.Dispose();

    static LdapSettings Settings(TestDirectory server, bool byPattern) => byPattern
        ? new() { Url = server.Url, Ca = server.Ca, UserDnPattern = $"uid={{0}},{People}", GroupBase = TestDirectory.Base }
        : new()
        {
            Url = server.Url,
            Ca = server.Ca,
            SearchBase = People,
            BindDn = TestDirectory.Reader,
            BindPassword = TestDirectory.ReaderPassword,
            GroupBase = TestDirectory.Base,
        };
}
