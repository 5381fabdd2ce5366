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

    static ClusterDefinition Definition(params (string Key, string Value)[] properties) =>
        new() { Id = "t", Name = "t", Properties = properties.ToFrozenDictionary(p => p.Key, p => p.Value) };
}
