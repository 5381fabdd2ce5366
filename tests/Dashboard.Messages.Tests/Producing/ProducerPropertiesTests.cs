using System.Collections.Frozen;
using Dashboard.Messages.Producing;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Testing;
using Testing.Security;

namespace Dashboard.Messages.Tests.Producing;

/// <summary>Records are written to a cluster by whatever its other clients connect with, or it is said what that is.</summary>
public sealed class ProducerPropertiesTests : IDisposable
{
    readonly TempDirectory directory = new();
    readonly TestAuthority authority = new();

    public void Dispose()
    {
        authority.Dispose();
        directory.Dispose();
    }

    [Fact]
    public void Stores_in_PEM_are_read_from_their_files()
    {
        var (ca, own) = (authority.WritePem(directory["ca.pem"]), directory["own.pem"]);
        using var certificate = authority.Client();
        File.WriteAllText(own, certificate.KeyPem + certificate.ChainPem);
        var config = Of(
            ("ssl.truststore.location", ca), ("ssl.truststore.type", "PEM"), ("ssl.keystore.location", own),
            ("ssl.keystore.password", "of the key"), ("ssl.endpoint.identification.algorithm", ""));
        Assert.Equal(
            (ca, own, own, "of the key", "none"),
            (config["ssl.ca.location"], config["ssl.certificate.location"], config["ssl.key.location"], config["ssl.key.password"],
                config["ssl.endpoint.identification.algorithm"]));
    }

    [Fact]
    public void Authorities_in_PKCS12_become_PEM_and_an_own_certificate_stays_in_its_store()
    {
        var store = authority.WritePkcs12(directory["ca.p12"], "of the store");
        var config = Of(
            ("ssl.truststore.location", store), ("ssl.truststore.password", "of the store"), ("ssl.keystore.location", store),
            ("ssl.keystore.password", "of the store"));
        Assert.Equal(authority.Pem.Trim(), config["ssl.ca.pem"].Trim());
        Assert.Equal((store, "of the store"), (config["ssl.keystore.location"], config["ssl.keystore.password"]));
    }

    [Theory]
    [InlineData("ssl.truststore.location", "/no/such/file", "/no/such/file")]
    [InlineData("ssl.cipher.suites", "TLS_AES_256_GCM_SHA384", "ssl.cipher.suites")]
    [InlineData("ssl.endpoint.identification.algorithm", "other", "ssl.endpoint.identification.algorithm")]
    public void What_has_no_counterpart_is_refused_by_name(string key, string value, string named) =>
        Assert.Contains(named, Assert.Throws<InvalidOperationException>(() => Of((key, value))).Message, StringComparison.Ordinal);

    static Dictionary<string, string> Of(params (string Key, string Value)[] properties) => ProducerProperties.Of(new ClusterMonitorOptions
    {
        Id = "prod",
        Name = "prod",
        Kind = ClusterKind.Remote,
        Kafka = "127.0.0.1:1",
        Properties = properties.Append(("security.protocol", "SSL")).ToFrozenDictionary(p => p.Item1, p => p.Item2),
    });
}
