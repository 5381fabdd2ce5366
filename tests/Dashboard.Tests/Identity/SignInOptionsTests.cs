using Dashboard.Security.Identity;
using Microsoft.Extensions.Configuration;

namespace Dashboard.Tests.Identity;

/// <summary>What is wrong with the settings is one sentence that names the key, and nothing starts with it.</summary>
public sealed class SignInOptionsTests
{
    [Theory]
    [InlineData("Castellan:SignIn:Odic:", "Odic:Authority=https://login.example.org")]
    [InlineData("Castellan:SignIn:Oidc:Authorty:", "Oidc:Authorty=https://login.example.org")]
    [InlineData("Castellan:SignIn:Oidc:Authority:", "Oidc:Authority=login", "Oidc:ClientId=castellan")]
    [InlineData("Castellan:SignIn:Oidc:Authority:", "Oidc:Authority=http://login.example.org", "Oidc:ClientId=castellan")]
    [InlineData("Castellan:SignIn:Oidc:ClientId:", "Oidc:Authority=https://login.example.org")]
    [InlineData("Castellan:SignIn:Oidc:ClientSecretFile:", "Oidc:Authority=https://l.ex", "Oidc:ClientId=c", "Oidc:ClientSecretFile=/no")]
    [InlineData("Castellan:SignIn:Oidc:Scopes:", "Oidc:Authority=https://l.example", "Oidc:ClientId=c", "Oidc:Scopes=profile groups")]
    [InlineData("Castellan:SignIn:Ldap:Url:", "Ldap:Url=ldap://ldap.example.org", "Ldap:UserDnPattern=uid={0},dc=example")]
    [InlineData("Castellan:SignIn:Ldap:UserDnPattern:", "Ldap:Url=ldaps://ldap.example.org")]
    [InlineData("Castellan:SignIn:Ldap:UserDnPattern:", "Ldap:Url=ldaps://ldap.example.org", "Ldap:UserDnPattern=uid=anna")]
    [InlineData("Castellan:SignIn:Proxy:TrustedAddresses:", "Proxy:Header=X-Forwarded-User")]
    [InlineData("Castellan:SignIn:Proxy:TrustedAddresses:", "Proxy:Header=X-User", "Proxy:TrustedAddresses=10.0.0.0/99")]
    [InlineData("Castellan:SignIn:SessionHours:", "Local=true", "SessionHours=0")]
    [InlineData("Castellan:SignIn:Hosts:", "Local=true", "Hosts=https://castellan.example.org")]
    [InlineData("Castellan:SignIn:Certificate:", "Local=true", "Certificate=/no/such/file.pem")]
    [InlineData("Castellan:SignIn:Certificate:", "Local=true", "CertificateKey=/no/such/file.pem")]
    public void A_wrong_setting_is_named(string start, params string[] settings) =>
        Assert.StartsWith(start, Read(settings).Problem("http://127.0.0.1:8080"), StringComparison.Ordinal);

    [Theory]
    [InlineData("Local=true")]
    [InlineData("Oidc:Authority=https://login.example.org/realms/x", "Oidc:ClientId=castellan")]
    [InlineData("Ldap:Url=ldaps://ldap.example.org", "Ldap:UserDnPattern=uid={0},dc=example,dc=org")]
    [InlineData("Proxy:Header=X-Forwarded-User", "Proxy:TrustedAddresses=10.0.0.7, fd00::/8")]
    public void What_is_right_makes_one_sign_in(params string[] settings)
    {
        var options = Read(settings);
        Assert.Null(options.Problem("http://127.0.0.1:8080"));
        Assert.True(options.IsConfigured);
    }

    [Theory]
    [InlineData("http://0.0.0.0:8080", "AllowPlainHttp", "Local=true")]
    [InlineData("http://192.0.2.1:8080", "AllowPlainHttp", "Local=true")]
    [InlineData("https://0.0.0.0:8443", "Castellan:SignIn:Certificate", "Local=true")]
    [InlineData("https://castellan.example.org:8443", "Castellan:SignIn:Hosts", "Local=true")]
    [InlineData("http://0.0.0.0:8080", "configure Castellan:SignIn", "AllowPlainHttp=true")]
    [InlineData("https://127.0.0.1:8443", "configure Castellan:SignIn")]
    public void An_address_where_passwords_could_be_read_or_nobody_has_to_sign_in_is_refused(
        string url, string way, params string[] settings)
    {
        var problem = Read(settings).Problem(url);
        Assert.StartsWith($"--urls {url}: ", problem, StringComparison.Ordinal);
        Assert.Contains(way, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080;http://[::1]:8080", "Local=true")]
    [InlineData("http://0.0.0.0:8080", "Local=true", "AllowPlainHttp=true")]
    [InlineData("http://localhost:8080")]
    public void Others_are_not(string urls, params string[] settings) => Assert.Null(Read(settings).Problem(urls));

    [Fact]
    public void Lists_are_lists_or_one_value_with_commas_between()
    {
        Assert.Equal(["a.example", "b.example"], Read("Local=true", "Hosts=a.example, b.example").Hosts);
        Assert.Equal(["a.example", "b.example"], Read("Local=true", "Hosts:0=a.example", "Hosts:1=b.example").Hosts);
        Assert.Equal(["openid", "profile"], Read("Oidc:ClientId=c").Oidc!.Scopes);
        Assert.Equal(["openid", "groups"], Read("Oidc:Scopes:0=openid", "Oidc:Scopes:1=groups").Oidc!.Scopes);
    }

    static SignInOptions Read(params string[] settings) => SignInOptions.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => setting.Split('=', 2))
            .Select(pair => KeyValuePair.Create($"{SignInOptions.Section}:{pair[0]}", (string?)pair[1])))
        .Build());
}
