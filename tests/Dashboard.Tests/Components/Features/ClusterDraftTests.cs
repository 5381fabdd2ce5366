using System.Collections.Frozen;
using Dashboard.Components.Features.Clusters;
using Dashboard.Monitoring;

namespace Dashboard.Tests.Components.Features;

/// <summary>A definition as it is filled in: fields and text are one.</summary>
public sealed class ClusterDraftTests
{
    const string Pasted = """
        # of the platform team
        bootstrap.servers=kafka1:9093,\
            kafka2:9093
        security.protocol = SASL_SSL
        sasl.mechanism: SCRAM-SHA-256
        sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \
            username="alice" password="p\\"w;1";
        ssl.truststore.location=/etc/ca.pem
        """;

    [Fact]
    public void What_is_pasted_fills_in_the_fields()
    {
        var draft = Of(Pasted);
        Assert.Equal("kafka1:9093,kafka2:9093", draft.Kafka);
        Assert.Equal(("SASL_SSL", "SCRAM-SHA-256"), (draft.Protocol, draft.Mechanism));
        Assert.Equal(("alice", "p\"w;1"), (draft.User, draft.Password));
    }

    [Fact]
    public void A_field_changes_its_line_and_no_other()
    {
        var draft = Of(Pasted);
        draft.Kafka = "other:9093";
        draft.Password = "new";
        var before = Pasted.ReplaceLineEndings("\n").Split('\n');
        var after = draft.Properties.Text.Split('\n');
        Assert.Equal([before[0], "bootstrap.servers=other:9093", before[3], before[4]], after[..4]);
        Assert.StartsWith(
            "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required", after[4], StringComparison.Ordinal);
        Assert.Equal(before[7..], after[5..]);
        Assert.Equal(("alice", "new"), (draft.User, draft.Password));
        draft.Kafka = "";
        Assert.DoesNotContain("bootstrap", draft.Properties.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("with \"quotes\" and \\ and 密码")]
    [InlineData(" leading=and;trailing ")]
    public void Any_password_comes_back_as_it_was_typed(string password)
    {
        var draft = new ClusterDraft { Protocol = "SASL_SSL" };
        draft.Mechanism = "PLAIN";
        draft.User = "u";
        draft.Password = password;
        Assert.Equal(password, draft.Password);
        Assert.Contains("PlainLoginModule", draft.ToDefinition(l => l).Properties["sasl.jaas.config"], StringComparison.Ordinal);
        draft.Mechanism = "SCRAM-SHA-512";
        Assert.Equal(("u", password), (draft.User, draft.Password));
        Assert.Contains("ScramLoginModule", draft.ToDefinition(l => l).Properties["sasl.jaas.config"], StringComparison.Ordinal);
    }

    /// <summary>The fields read what the client will read: quotes of either kind, escapes, comments, and options without fields.</summary>
    [Theory]
    [InlineData("""x.ScramLoginModule required username='al ice' password='p"w';""", "al ice", "p\"w")]
    [InlineData("""x.ScramLoginModule required /* password="old" */ username=alice password="a\\tb\\101";""", "alice", "a\tbA")]
    [InlineData("""x.ScramLoginModule required password="username=eve;" username="alice" """, "alice", "username=eve;")]
    public void A_login_is_read_as_the_client_reads_it(string jaas, string user, string password)
    {
        var draft = Of($"security.protocol=SASL_SSL\nsasl.mechanism=SCRAM-SHA-512\nsasl.jaas.config={jaas}");
        Assert.Equal((user, password), (draft.User, draft.Password));
    }

    [Fact]
    public void A_field_of_a_login_leaves_its_other_options()
    {
        var draft = Of(
            "security.protocol=SASL_SSL\nsasl.mechanism=SCRAM-SHA-512\n"
            + "sasl.jaas.config=x.ScramLoginModule required username='id' password='hmac' tokenauth='true';");
        draft.Password = "new";
        Assert.EndsWith(
            "required username=\"id\" password=\"new\" tokenauth=\"true\";",
            draft.ToDefinition(l => l).Properties["sasl.jaas.config"], StringComparison.Ordinal);
        draft.Mechanism = "PLAIN";
        Assert.DoesNotContain("tokenauth", draft.Properties.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_text_needs_no_property_and_bootstrap_servers_are_a_field_of_their_own()
    {
        var draft = new ClusterDraft { Name = "Prod EU (Frankfurt)", Kafka = "k:9092", Protocol = "SSL" };
        draft.Protocol = "PLAINTEXT";
        var definition = draft.ToDefinition(line => line);
        Assert.Equal(("prod-eu-frankfurt", "Prod EU (Frankfurt)", "k:9092"), (definition.Id, definition.Name, definition.Kafka));
        Assert.Empty(definition.Properties);
    }

    [Fact]
    public void Secrets_that_are_kept_are_not_known_here_and_stay()
    {
        var kept = new ClusterDefinition
        {
            Id = "a",
            Name = "A",
            Kafka = "k:9093",
            Properties = FrozenDictionary.ToFrozenDictionary<string, string>(
            [
                new("security.protocol", "SASL_SSL"), new("sasl.mechanism", "PLAIN"), new("ssl.truststore.password", "planted-1"),
                new("sasl.jaas.config", "x required username=\"u\" password=\"planted-2\";"),
            ]),
            AddressMap = FrozenDictionary.ToFrozenDictionary<string, string>([new("k:9093", "127.0.0.1:19093")]),
        };
        var draft = ClusterDraft.Of(Secrets.Masked(kept));
        Assert.DoesNotContain("planted", draft.Properties.Text, StringComparison.Ordinal);
        Assert.Equal(("", ""), (draft.User, draft.Password));
        var again = draft.ToDefinition(line => line);
        Assert.Equal(ClusterDefinition.KeepSecret, again.Properties["sasl.jaas.config"]);
        Assert.Equal(kept.AddressMap, again.AddressMap);
        Assert.Equal("k:9093", again.Kafka);
        draft.Password = "new";
        Assert.Contains("password=\"new\"", draft.ToDefinition(line => line).Properties["sasl.jaas.config"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kafka1:9092")]
    [InlineData("=127.0.0.1:1")]
    [InlineData("a=b=c")]
    public void A_line_of_the_address_map_that_is_none_is_named(string line)
    {
        var draft = new ClusterDraft { AddressMap = $"a:1=b:2\n{line}" };
        var fault = Assert.Throws<ClusterDefinitionException>(() => draft.ToDefinition(wrong => $"no: {wrong}"));
        Assert.Equal(("addresses", $"no: {line}"), (fault.Field, fault.Message));
    }

    [Fact]
    public void Text_that_Java_would_not_read_either_is_refused_and_the_fields_keep_what_they_had()
    {
        var draft = Of("bootstrap.servers=k:9092\nclient.id=\\u00");
        Assert.NotNull(draft.Properties.Fault);
        Assert.Equal("properties", Assert.Throws<ClusterDefinitionException>(() => draft.ToDefinition(line => line)).Field);
        draft.Properties.Text += "41";
        Assert.Equal("k:9092", draft.Kafka);
    }

    static ClusterDraft Of(string properties)
    {
        var draft = new ClusterDraft();
        draft.Properties.Text = properties;
        return draft;
    }
}
