using Kafka.Client.Configuration;
using Kafka.Client.Security;
using Testing;
using Testing.Security;

namespace Kafka.Client.Tests.Configuration;

public sealed class ClientPropertiesTests : IDisposable
{
    const string Secret = "s3cret-pl4nted";
    const string Plain = "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"alice\" password=\"" + Secret + "\";";
    const string Scram = "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"alice\" password=\"" + Secret + "\";";
    const string OAuth =
        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required clientId=\"app\" clientSecret=\"" + Secret + "\";";

    readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Nothing_at_all_is_a_client_without_security()
    {
        var read = ClientProperties.Read(new Dictionary<string, string>());
        Assert.Equal((new KafkaClientOptions(), null), (read.Options, read.BootstrapServers));
        Assert.Empty(read.Warnings);
    }

    /// <summary>Java calls its stores so whatever they are, and writes PKCS#12 since version 9.</summary>
    [Fact]
    public async Task A_store_called_jks_as_keytool_writes_it_is_read_as_it_is()
    {
        External.RequireProgram("keytool");
        using var authority = new TestAuthority();
        authority.WritePem(directory["ca.pem"]);
        await KeytoolAsync("-importcert", "-noprompt", "-alias", "ca", "-file", directory["ca.pem"], "-keystore", directory["trust.jks"]);
        await KeytoolAsync(
            "-genkeypair", "-alias", "me", "-keyalg", "EC", "-dname", "CN=alice", "-keystore", directory["own.jks"]);
        var read = ClientProperties.Read(new Dictionary<string, string>
        {
            ["security.protocol"] = "SSL",
            ["ssl.truststore.location"] = directory["trust.jks"],
            ["ssl.truststore.password"] = Secret,
            ["ssl.truststore.type"] = "JKS",
            ["ssl.keystore.location"] = directory["own.jks"],
            ["ssl.keystore.password"] = Secret,
            ["ssl.keystore.type"] = "JKS",
        });
        Assert.Empty(read.Warnings);
        Assert.True(read.Options.Security.Tls!.ShowsCertificate);

        static async Task KeytoolAsync(params string[] arguments)
        {
            var run = await External.RunAsync("keytool", [.. arguments, "-storepass", Secret]);
            Assert.True(run.ExitCode == 0, run.ToString());
        }
    }

    [Theory]
    [InlineData("PLAIN", Plain, "SASL_SSL PLAIN", "alice")]
    [InlineData("SCRAM-SHA-256", Scram, "SASL_SSL SCRAM-SHA-256", "alice")]
    [InlineData("SCRAM-SHA-512", "shaded." + Scram, "SASL_SSL SCRAM-SHA-512", "alice")]
    [InlineData("OAUTHBEARER", OAuth, "SASL_SSL OAUTHBEARER", "app")]
    [InlineData("GSSAPI", "x.Krb5LoginModule required useTicketCache=true serviceName=kafka;", "SASL_SSL GSSAPI", null)]
    public void Each_mechanism_is_read_and_prints_no_secret(string mechanism, string jaas, string security, string? principal)
    {
        var read = ClientProperties.Read(new Dictionary<string, string>
        {
            ["security.protocol"] = "sasl_ssl",
            ["sasl.mechanism"] = mechanism,
            ["sasl.jaas.config"] = jaas,
            ["sasl.oauthbearer.token.endpoint.url"] = "https://issuer.example/token",
            ["sasl.login.callback.handler.class"] = mechanism == "OAUTHBEARER"
                ? "org.apache.kafka.common.security.oauthbearer.secured.OAuthBearerLoginCallbackHandler"
                : "",
        });
        Assert.Empty(read.Warnings);
        Assert.Equal((security, principal), (read.Options.Security.ToString(), read.Options.Security.Sasl!.Principal));
        Assert.NotNull(read.Options.Security.Tls);
        Assert.DoesNotContain(Secret, $"{read} {read.Options} {read.Options.Security.Sasl}");
    }

    [Fact]
    public void A_file_is_read_with_what_it_names()
    {
        using var authority = new TestAuthority();
        using var client = authority.Client();
        authority.WritePem(directory["ca.pem"]);
        client.WritePkcs12(directory["client.p12"], Secret);
        var read = ClientProperties.ReadFile(Write(
            "# of the team",
            "bootstrap.servers = one:9093, two:9093",
            "security.protocol=SSL",
            "ssl.truststore.type=PEM",
            $"ssl.truststore.location={directory["ca.pem"]}",
            "ssl.keystore.type=PKCS12",
            $"ssl.keystore.location={directory["client.p12"]}",
            $"ssl.keystore.password={Secret}",
            "ssl.endpoint.identification.algorithm=",
            "ssl.enabled.protocols=TLSv1.3,TLSv1.2",
            "ssl.cipher.suites=TLS_AES_256_GCM_SHA384",
            "client.id=team",
            "request.timeout.ms=1500",
            "socket.connection.setup.timeout.ms=2500",
            "connections.max.idle.ms=-1",
            "client.dns.lookup=resolve_canonical_bootstrap_servers_only",
            "group.id=readers"));
        Assert.Empty(read.Warnings);
        Assert.Equal("one:9093, two:9093", read.BootstrapServers);
        var options = read.Options;
        Assert.Equal(("SSL", "team"), (options.Security.ToString(), options.ClientId));
        Assert.Equal(DnsLookup.ResolveCanonicalBootstrapServers, options.DnsLookup);
        Assert.Equal((1500, 2500), (options.RequestTimeout.TotalMilliseconds, options.ConnectTimeout.TotalMilliseconds));
        Assert.True(options.Security.Tls!.ShowsCertificate);
    }

    [Fact]
    public void Keys_in_PEM_stand_in_the_properties_themselves()
    {
        using var authority = new TestAuthority();
        using var client = authority.Client();
        var read = ClientProperties.Read(new Dictionary<string, string>
        {
            ["security.protocol"] = "SSL",
            ["ssl.truststore.type"] = "PEM",
            ["ssl.truststore.certificates"] = authority.Pem,
            ["ssl.keystore.type"] = "PEM",
            ["ssl.keystore.key"] = client.EncryptedKeyPem(Secret),
            ["ssl.keystore.certificate.chain"] = client.ChainPem,
            ["ssl.key.password"] = Secret,
        });
        Assert.True(read.Options.Security.Tls!.ShowsCertificate);
        Assert.DoesNotContain("PRIVATE", read.ToString());
    }

    [Theory]
    [InlineData("security.protocol", "TLS", "'TLS' is not one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL")]
    [InlineData("sasl.mechanism", "DIGEST-MD5", "'DIGEST-MD5' is not one of PLAIN, SCRAM-SHA-256")]
    [InlineData("sasl.mechanism", "AWS_MSK_IAM", "SCRAM-SHA-512 or mutual TLS")]
    [InlineData("sasl.client.callback.handler.class", "software.amazon.msk.auth.iam.IAMClientCallbackHandler", "SCRAM-SHA-512 or mutual")]
    [InlineData("sasl.jaas.config", "", "is missing with sasl.mechanism=PLAIN; write org.apache.kafka")]
    [InlineData("sasl.jaas.config", "x.PlainLoginModule required username=a;", "password is missing")]
    [InlineData("sasl.jaas.config", "x.PlainLoginModule required password=" + Secret, "is expected at character")]
    [InlineData("sasl.jaas.config", Scram, "does not go with sasl.mechanism=PLAIN")]
    [InlineData("sasl.jaas.config", "${file:/etc/secrets:jaas}", "config provider")]
    [InlineData("sasl.login.callback.handler.class", "com.example.Handler", "code for Java's client")]
    [InlineData("sasl.client.callback.handler.class", "com.example.Handler", "code for Java's client")]
    [InlineData("sasl.login.class", "com.example.Login", "code for Java's client")]
    [InlineData("ssl.engine.factory.class", "com.example.Engine", "ssl.truststore.* and ssl.keystore.*")]
    [InlineData("ssl.truststore.type", "BCFKS", "convert the store to PKCS12 or PEM")]
    [InlineData("ssl.truststore.location", "/no/such/file", "/no/such/file")]
    [InlineData("ssl.keystore.location", "/no/such/file", "/no/such/file")]
    [InlineData("ssl.keystore.key", "-----BEGIN PRIVATE KEY-----" + Secret, "ssl.keystore.certificate.chain")]
    [InlineData("ssl.endpoint.identification.algorithm", "ldaps", "is https")]
    [InlineData("ssl.enabled.protocols", "TLSv1.1", "none of these")]
    [InlineData("ssl.protocol", "TLSv9", "'TLSv9' is not one of")]
    [InlineData("ssl.cipher.suites", "TLS_FAST", "'TLS_FAST' is no cipher suite")]
    [InlineData("client.dns.lookup", "default", "use_all_dns_ips")]
    [InlineData("request.timeout.ms", "soon", "'soon' is not a whole number")]
    [InlineData("request.timeout.ms", "-1", "-1 is negative")]
    [InlineData("bootstrap.servers", "one:two", "'one:two' is not host:port")]
    public void A_wrong_value_is_named_with_file_line_and_key(string key, string value, string why)
    {
        var lines = new Dictionary<string, string>
        {
            ["security.protocol"] = "SASL_SSL",
            ["sasl.mechanism"] = "PLAIN",
            ["sasl.jaas.config"] = Plain,
            [key] = value,
        };
        var path = Write([.. lines.Select(line => $"{line.Key}={line.Value}")]);
        var error = Assert.Throws<ClientPropertiesException>(() => ClientProperties.ReadFile(path));
        Assert.Contains(why, error.Message);
        Assert.DoesNotContain(Secret, error.ToString());
        var line = lines.Keys.ToList().IndexOf(error.Key!) + 1;
        Assert.StartsWith(line > 0 ? $"{path}:{line}: {error.Key}: " : $"{path}: {error.Key}: ", error.Message);
        Assert.EndsWith(".", error.Message);
    }

    [Theory]
    [InlineData("sasl.oauthbearer.token.endpoint.url", "", "is missing; write https://")]
    [InlineData("sasl.oauthbearer.token.endpoint.url", "issuer", "is no address")]
    [InlineData("sasl.oauthbearer.token.endpoint.url", "ftp://issuer/token", "ftp is not http, https or file")]
    [InlineData("sasl.login.callback.handler.class", "io.strimzi.JaasClientOauthLoginCallbackHandler", "is code for Java's")]
    [InlineData("sasl.login.callback.handler.class", "software.amazon.msk.auth.iam.IAMOAuthBearerLoginCallbackHandler", "mutual TLS")]
    [InlineData("sasl.login.callback.handler.class", "com.google.cloud.hosted.kafka.auth.GcpLoginCallbackHandler", "sasl.mechanism=PLAIN")]
    [InlineData("sasl.login.callback.handler.class", "own.OAuthBearerLoginCallbackHandler", "is code for Java's")]
    [InlineData("sasl.oauthbearer.jwt.retriever.class", "org.apache.kafka.JwtBearerJwtRetriever", "not possible")]
    [InlineData("sasl.jaas.config", "x.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=a;", "unsecuredLoginString")]
    [InlineData("sasl.jaas.config", "x.OAuthBearerLoginModule required clientId=\"a\";", "clientSecret is missing")]
    [InlineData("sasl.jaas.config", "x.OAuthBearerLoginModule required clientId=a clientSecret=b extension_auth=c;", "extension_auth")]
    [InlineData("sasl.jaas.config", "x.OAuthBearerLoginModule required clientId=a clientSecret=b ssl.protocol=SSLv9;", "ssl.protocol")]
    [InlineData("sasl.login.refresh.window.factor", "0.4", "within 0.5 and 1")]
    [InlineData("sasl.login.refresh.buffer.seconds", "3601", "within 0 and 3600")]
    [InlineData("sasl.oauthbearer.header.urlencode", "yes", "neither true nor false")]
    public void OAuth_has_faults_of_its_own(string key, string value, string why)
    {
        var error = Assert.Throws<ClientPropertiesException>(() => ClientProperties.Read(new Dictionary<string, string>
        {
            ["security.protocol"] = "SASL_PLAINTEXT",
            ["sasl.mechanism"] = "OAUTHBEARER",
            ["sasl.jaas.config"] = OAuth,
            ["sasl.oauthbearer.token.endpoint.url"] = "https://issuer.example/token",
            [key] = value,
        }));
        Assert.Equal(key, error.Key);
        Assert.Contains(why, error.Message);
        Assert.DoesNotContain(Secret, error.ToString());
    }

    /// <summary>As consoles of clouds give them out for clients of librdkafka, and as people forget the mechanism.</summary>
    [Theory]
    [InlineData("sasl.mechanisms=PLAIN", "sasl.mechanism: is missing; ", ":3: sasl.mechanisms is a setting of librdkafka")]
    [InlineData("sasl.mechanism=PLAIN\nsasl.username=K", ":4: sasl.username is a setting of librdkafka", "PlainLoginModule required")]
    [InlineData("KAFKA_SASL_MECHANISM=PLAIN", "sasl.mechanism: is missing; ", "write sasl.mechanism.")]
    [InlineData("sasl.jaas.config=" + Scram, "is missing, which means GSSAPI", "it is SCRAM-SHA-256 or SCRAM-SHA-512.")]
    [InlineData("sasl.jaas.config=" + Plain, "sasl.mechanism: is missing", "with PlainLoginModule it is PLAIN.")]
    public void What_is_missing_is_told_with_what_was_written_for_it(string lines, params string[] words)
    {
        var path = Write(["bootstrap.servers=k:1", "security.protocol=SASL_SSL", .. lines.Split('\n'), $"sasl.password={Secret}"]);
        var error = Assert.Throws<ClientPropertiesException>(() => ClientProperties.ReadFile(path));
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Krb5", error.Message, StringComparison.Ordinal);
    }

    /// <summary>ConfigDef trims passwords as any text: a line end behind one is what secrets in files come with.</summary>
    [Fact]
    public void A_password_is_trimmed_as_Apache_does_it()
    {
        using var authority = new TestAuthority();
        using var client = authority.Client();
        client.WritePkcs12(directory["client.p12"], Secret);
        var read = ClientProperties.Read(new Dictionary<string, string>
        {
            ["security.protocol"] = "SSL",
            ["ssl.keystore.location"] = directory["client.p12"],
            ["ssl.keystore.password"] = $" {Secret}\n",
        });
        Assert.True(read.Options.Security.Tls!.ShowsCertificate);
    }

    [Theory]
    [InlineData("foo.bar", "1", "is no setting of Kafka's clients")]
    [InlineData("kafka.foo", "1", "is no setting of Kafka's clients")]
    [InlineData("spring.kafka.properties.security.protocol", "SSL", "write security.protocol.")]
    [InlineData("spring.kafka.bootstrap-servers", "a:1", "write bootstrap.servers.")]
    [InlineData("spring.kafka.properties[sasl.jaas.config]", "x", "write sasl.jaas.config.")]
    [InlineData("spring.kafka.ssl.trust-store-location", "file:/x", "write ssl.truststore.location.")]
    [InlineData("kafka.security.protocol", "SSL", "write security.protocol.")]
    [InlineData("producer.override.sasl.mechanism", "PLAIN", "write sasl.mechanism.")]
    [InlineData("KAFKA_SASL_JAAS_CONFIG", "x", "write sasl.jaas.config.")]
    [InlineData("schema.registry.url", "http://r:8081", "is for a schema registry")]
    [InlineData("basic.auth.user.info", "a:b", "is for a schema registry")]
    [InlineData("sasl.username", "alice", "Kafka's own for it is sasl.jaas.config")]
    [InlineData("config.providers", "file", "put the value itself")]
    [InlineData("ssl.provider", "BC", "the operating system's")]
    [InlineData("sasl.jaas.config", Plain, "changes nothing with security.protocol=PLAINTEXT")]
    [InlineData("ssl.keystore.location", "/somewhere", "changes nothing with security.protocol=PLAINTEXT")]
    [InlineData("sasl.oauthbearer.assertion.file", "/a", "client credentials")]
    public void What_changes_nothing_is_warned_of(string key, string value, string why)
    {
        var path = Write("acks=all", $"{key}={value}");
        var warning = Assert.Single(ClientProperties.ReadFile(path).Warnings).English;
        Assert.StartsWith($"{path}:2: {key}", warning);
        Assert.Contains(why, warning);
        Assert.DoesNotContain(Secret, warning);
    }

    [Fact]
    public void A_keytab_is_answered_with_what_does_the_same()
    {
        var read = ClientProperties.Read(new Dictionary<string, string>
        {
            ["security.protocol"] = "SASL_PLAINTEXT",
            ["sasl.jaas.config"] = "x.Krb5LoginModule required useKeyTab=true keyTab=\"/etc/k.keytab\" principal=\"p@R\";",
            ["sasl.kerberos.service.name"] = "kafka",
        });
        Assert.Contains("KRB5_CLIENT_KTNAME=/etc/k.keytab", Assert.Single(read.Warnings).English);
    }

    /// <summary>What Apache's three clients know, of 3.9 and of 4.3, printed by their own ConfigDef.</summary>
    [Fact]
    public void Every_key_of_Apaches_clients_is_known()
    {
        var keys = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Configuration", "apache-keys.txt"));
        Assert.Equal(keys, ClientPropertyKeys.All.Keys.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(keys, key => ForeignKeys.Hint(key) is not null);
    }

    [Fact]
    public void A_file_that_is_no_properties_file_is_said_to_be_none()
    {
        var path = Write("client.id=a", "x=\\u12");
        Assert.StartsWith($"{path}:2: ", Assert.Throws<ClientPropertiesException>(() => ClientProperties.ReadFile(path)).Message);
        var missing = directory["missing.properties"];
        Assert.StartsWith(
            $"{missing} cannot be read: ", Assert.Throws<ClientPropertiesException>(() => ClientProperties.ReadFile(missing)).Message);
    }

    string Write(params string[] lines)
    {
        File.WriteAllLines(directory["client.properties"], lines);
        return directory["client.properties"];
    }
}
