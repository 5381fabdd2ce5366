using System.Collections.Frozen;

namespace Dashboard.Monitoring.Tests;

public sealed class SecretsTests
{
    [Theory]
    [InlineData("sasl.jaas.config")]
    [InlineData("listener.name.x.sasl.jaas.config")]
    [InlineData("ssl.keystore.password")]
    [InlineData("ssl.key.password")]
    [InlineData("ssl.keystore.key")]
    [InlineData("SSL.TrustStore.Password")]
    [InlineData("zookeeper.ssl.keyStore.password")]
    [InlineData("sasl.oauthbearer.client.credentials.client.secret")]
    [InlineData("sasl.oauthbearer.assertion.private.key.passphrase")]
    [InlineData("basic.auth.user.info")]
    [InlineData("delegation.token")]
    [InlineData("digest")]
    public void What_holds_a_secret_is_told_by_its_name(string name) => Assert.True(Secrets.IsSecret(name));

    [Theory]
    [InlineData("security.protocol")]
    [InlineData("sasl.mechanism")]
    [InlineData("ssl.keystore.location")]
    [InlineData("ssl.keystore.type")]
    [InlineData("ssl.truststore.certificates")]
    [InlineData("ssl.keystore.certificate.chain")]
    [InlineData("sasl.oauthbearer.token.endpoint.url")]
    [InlineData("ssl.keymanager.algorithm")]
    [InlineData("bootstrap.servers")]
    public void What_only_says_where_or_how_is_none(string name) => Assert.False(Secrets.IsSecret(name));

    [Fact]
    public void A_secret_is_shown_as_kept_and_stays_when_it_comes_back_so()
    {
        var kept = Definition(("sasl.jaas.config", "planted"), ("sasl.mechanism", "PLAIN"));
        var shown = Secrets.Masked(kept);
        Assert.Equal(ClusterDefinition.KeepSecret, shown.Properties["sasl.jaas.config"]);
        Assert.Equal("PLAIN", shown.Properties["sasl.mechanism"]);
        Assert.DoesNotContain("planted", kept.ToString(), StringComparison.Ordinal);
        Assert.Equal("planted", Secrets.Filled(shown, kept).Properties["sasl.jaas.config"]);
        var changed = Secrets.Filled(Definition(("sasl.jaas.config", "other")), kept);
        Assert.Equal("other", changed.Properties["sasl.jaas.config"]);
        Assert.DoesNotContain("sasl.mechanism", changed.Properties.Keys);
    }

    [Fact]
    public void What_is_not_kept_cannot_stay()
    {
        var given = Definition(("ssl.key.password", ClusterDefinition.KeepSecret));
        var refused = Assert.Throws<ClusterDefinitionException>(() => Secrets.Filled(given, Definition()));
        Assert.Equal("properties.ssl.key.password", refused.Field);
        Assert.Throws<ClusterDefinitionException>(() => Secrets.Filled(given, null));
    }

    /// <summary>Who may change a definition does not get what it keeps: not by another address, nor unprotected on the way.</summary>
    [Fact]
    public void A_secret_stays_only_where_it_was_kept_for()
    {
        const string endpoint = "sasl.oauthbearer.token.endpoint.url";
        var kept = Definition(("sasl.jaas.config", "planted"), ("security.protocol", "SASL_SSL"), (endpoint, "https://issuer/token")) with
        {
            Kafka = "b:1",
        };
        var shown = Secrets.Masked(kept);
        Assert.Equal("planted", Secrets.Filled(shown with { Name = "other", Label = "x" }, kept).Properties["sasl.jaas.config"]);
        ClusterDefinition[] elsewhere =
        [
            shown with { Kafka = "c:1" },
            shown with { AddressMap = new Dictionary<string, string> { ["b:1"] = "c:1" }.ToFrozenDictionary() },
            shown with { Properties = With("security.protocol", "SASL_PLAINTEXT") },
            shown with { Properties = With(endpoint, "https://other/token") },
        ];
        Assert.All(elsewhere, other => Assert.Equal(
            "properties.sasl.jaas.config", Assert.Throws<ClusterDefinitionException>(() => Secrets.Filled(other, kept)).Field));

        FrozenDictionary<string, string> With(string name, string value) =>
            new Dictionary<string, string>(shown.Properties) { [name] = value }.ToFrozenDictionary();
    }

    static ClusterDefinition Definition(params (string Key, string Value)[] properties) =>
        new() { Id = "t", Name = "t", Properties = properties.ToFrozenDictionary(p => p.Key, p => p.Value) };
}
