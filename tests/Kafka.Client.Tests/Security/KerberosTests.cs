using System.Runtime.InteropServices;
using Kafka.Client.Admin;
using Kafka.Client.Producing;
using Testing;
using Testing.Security;

namespace Kafka.Client.Tests.Security;

/// <summary>GSSAPI against a broker of Apache's and MIT's KDC.</summary>
public sealed class KerberosTests
{
    const string Kerberos = "security.protocol=SASL_PLAINTEXT|sasl.mechanism=GSSAPI|sasl.kerberos.service.name=kafka"
        + "|sasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required useTicketCache=true;";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_keytab_of_the_environment_logs_in_and_without_one_it_is_said_what_is_missing()
    {
        await using var kdc = await TestKdc.StartAsync();
        await using var broker = await SecuredKafka.StartAsync(kdc);
        using var directory = new TempDirectory();

        // the library reads the environment itself, which .NET's own variables are a copy of
        SetVariable("KRB5_CONFIG", kdc.Configuration, 1);
        SetVariable("KRB5CCNAME", $"FILE:{directory["tickets"]}", 1);
        SetVariable("KRB5_CLIENT_KTNAME", directory["none.keytab"], 1);
        var address = $"localhost:{broker.Port("KERBEROS")}";
        await using (var without = new KafkaCluster(KafkaCluster.ParseBootstrap(address), SecuredClients.Options(broker, Kerberos)))
        {
            var error = await Assert.ThrowsAsync<KafkaAuthenticationException>(() => without.MetadataAsync([], Token));
            TestContext.Current.TestOutputHelper?.WriteLine(error.Message);
            Assert.StartsWith($"The login at {address} failed: no Kerberos ticket for kafka/localhost", error.Message);
        }

        SetVariable("KRB5_CLIENT_KTNAME", await kdc.KeytabAsync("alice"), 1);
        await using var cluster = new KafkaCluster(KafkaCluster.ParseBootstrap(address), SecuredClients.Options(broker, Kerberos));
        await cluster.MetadataAsync([], Token);
        Assert.Empty((await cluster.ListGroupsAsync(Token)).Errors);

        await cluster.CreateTopicsAsync([new NewTopic("kerberized", 1, 1)], false, Token);
        var delivery = await new RecordProducer(cluster, new()).SendAsync(new ProducerRecord("kerberized", null, null, "v"u8.ToArray(), 0));
        Assert.Equal((null, 0), (delivery.Error?.Message, delivery.Offset));

        var other = Kerberos.Replace("service.name=kafka", "service.name=http", StringComparison.Ordinal);
        await using var wrong = new KafkaCluster(KafkaCluster.ParseBootstrap(address), SecuredClients.Options(broker, other));
        var refused = await Assert.ThrowsAsync<KafkaAuthenticationException>(() => wrong.MetadataAsync([], Token));
        TestContext.Current.TestOutputHelper?.WriteLine(refused.Message);
        Assert.Contains("http/localhost", refused.Message);
    }

    [DllImport("libc", EntryPoint = "setenv")]
    static extern int SetVariable(string name, string value, int overwrite);
}
