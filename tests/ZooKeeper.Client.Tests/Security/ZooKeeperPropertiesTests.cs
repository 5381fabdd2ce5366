using System.Text;
using Testing;
using Testing.Security;
using ZooKeeper.Client.Configuration;

namespace ZooKeeper.Client.Tests.Security;

public sealed class ZooKeeperPropertiesTests : IDisposable
{
    readonly TempDirectory directory = new();
    readonly TestAuthority authority = new();

    public void Dispose()
    {
        authority.Dispose();
        directory.Dispose();
    }

    [Theory]
    [InlineData("trustStore", "keyStore", "zookeeper.client.secure")]
    [InlineData("truststore", "keystore", "zookeeper.ssl.client.enable")]
    public void Stores_are_read_by_the_names_of_Java_and_of_Kafka(string trusted, string own, string enable)
    {
        using var client = authority.Client();
        var read = ZooKeeperProperties.Read(new Dictionary<string, string>
        {
            [enable] = "true",
            [$"zookeeper.ssl.{trusted}.location"] = authority.WritePem(directory["ca.pem"]),
            [$"zookeeper.ssl.{own}.location"] = client.WritePkcs12(directory["client.p12"], "planted-1"),
            [$"zookeeper.ssl.{own}.password"] = "planted-1",
            ["zookeeper.clientCnxnSocket"] = "org.apache.zookeeper.ClientCnxnSocketNetty",
            ["digest"] = "super:planted-2",
        });
        Assert.NotNull(read.Security.Tls);
        Assert.Equal("super:planted-2", Encoding.UTF8.GetString(Assert.Single(read.Security.Identities).Auth.Span));
        Assert.Empty(read.Warnings);
        Assert.DoesNotContain("planted", $"{read} {read.Security} {read.Security.Identities[0]}");
    }

    /// <summary>
    /// What Kafka's brokers document: an explicit blank value turns the check off. ZooKeeper's own setting has no such value.
    /// </summary>
    [Theory]
    [InlineData("zookeeper.ssl.endpoint.identification.algorithm", "", false)]
    [InlineData("zookeeper.ssl.endpoint.identification.algorithm", "https", true)]
    [InlineData("zookeeper.ssl.hostnameVerification", "", true)]
    [InlineData("zookeeper.ssl.hostnameVerification", "false", false)]
    [InlineData("zookeeper.ssl.trustStore.type", "PEM", true)]
    public void Names_of_servers_are_verified_unless_that_is_turned_off(string key, string value, bool expected)
    {
        var read = ZooKeeperProperties.Read(new Dictionary<string, string>
        {
            ["zookeeper.client.secure"] = "true",
            ["zookeeper.ssl.trustStore.location"] = authority.WritePem(directory["ca.pem"]),
            [key] = value,
        });
        Assert.Equal(expected, read.Security.Tls!.VerifiesHostName);
    }

    [Theory]
    [InlineData("zookeeper.client.secure=maybe", "zookeeper.client.secure", "true or false")]
    [InlineData("digest=planted", "digest", "user:password")]
    [InlineData("zookeeper.ssl.crl=true", "zookeeper.ssl.crl", "revocation")]
    [InlineData("zookeeper.request.timeout=soon", "zookeeper.request.timeout", "milliseconds")]
    [InlineData("sasl.jaas.config=a.DigestLoginModule required username=x;", "sasl.jaas.config", "username and password")]
    [InlineData("sasl.jaas.config=a.Krb5LoginModule required;", "sasl.jaas.config", "Krb5LoginModule cannot be used here")]
    [InlineData("sasl.jaas.config=a.DigestLoginModule planted", "sasl.jaas.config", "is expected at character")]
    [InlineData("java.security.auth.login.config=/not/here", "java.security.auth.login.config", "cannot be read")]
    public void What_cannot_be_taken_names_file_line_and_key(string line, string key, string why)
    {
        var file = directory["client.properties"];
        File.WriteAllText(file, $"# of the team\n\n{line}\n");
        var refused = Assert.Throws<ZooKeeperPropertiesException>(() => ZooKeeperProperties.ReadFile(file));
        Assert.Equal(key, refused.Key);
        Assert.StartsWith($"{file}:3: {key}: ", refused.Message);
        Assert.Contains(why, refused.Message);
        Assert.DoesNotContain("planted", refused.Message);
    }

    [Fact]
    public void A_store_that_cannot_be_used_is_named_with_its_reason()
    {
        using var client = authority.Client();
        var store = client.WritePkcs12(directory["client.p12"], "right");
        var refused = Assert.Throws<ZooKeeperPropertiesException>(() => ZooKeeperProperties.Read(new Dictionary<string, string>
        {
            ["zookeeper.client.secure"] = "true",
            ["zookeeper.ssl.keyStore.location"] = store,
            ["zookeeper.ssl.keyStore.password"] = "planted-wrong",
        }));
        Assert.StartsWith($"zookeeper.ssl.keyStore.location={store} cannot be used: is its password right?", refused.Message);
        Assert.DoesNotContain("planted", refused.Message);
    }

    [Fact]
    public void The_login_is_that_of_the_section_of_the_file_that_Java_is_given()
    {
        File.WriteAllText(
            directory["jaas.conf"], "Server { a.DigestLoginModule required user_x=\"y\"; };\n"
            + "Kafka { org.apache.zookeeper.server.auth.DigestLoginModule required username=\"kafka\" password=\"planted-3\"; };\n");
        var given = new Dictionary<string, string> { ["java.security.auth.login.config"] = directory["jaas.conf"] };
        var refused = Assert.Throws<ZooKeeperPropertiesException>(() => ZooKeeperProperties.Read(given));
        Assert.Contains("it has no section Client; zookeeper.sasl.clientconfig names another", refused.Message);
        given["zookeeper.sasl.clientconfig"] = "Kafka";
        Assert.Equal(new DigestLogin("kafka", "planted-3"), ZooKeeperProperties.Read(given).Security.Sasl);
        Assert.DoesNotContain("planted", $"{ZooKeeperProperties.Read(given).Security}");
        given["zookeeper.sasl.client"] = "false";
        Assert.Null(ZooKeeperProperties.Read(given).Security.Sasl);
    }

    [Fact]
    public void An_unknown_setting_is_a_warning()
    {
        var read = ZooKeeperProperties.Read(
            new Dictionary<string, string> { ["zookeeper.sasl.clint"] = "x", ["zookeeper.ssl.protocol"] = "TLS" });
        Assert.Equal("zookeeper.sasl.clint is not known and has no effect.", Assert.Single(read.Warnings).English);
    }
}
