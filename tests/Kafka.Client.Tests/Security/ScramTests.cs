using System.Security.Cryptography;
using System.Text;
using Kafka.Client.Security;

namespace Kafka.Client.Tests.Security;

public class ScramTests
{
    const string Nonce = "rOprNGfwEbeRWgbNEkqO";

    /// <summary>The example of RFC 7677, and one of SHA-512 that was computed apart from this program.</summary>
    public static TheoryData<string, string, string, string> Vectors => new()
    {
        {
            "SHA256",
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
        },
        {
            "SHA512",
            "r=rOprNGfwEbeRWgbNEkqO02431b08-2f89-4bad-a4e6-80c0564ec865,s=Yin2FuHTt/M0kJWb0t9OI32n2VmOGi3m+JfjOvuDF88=,i=4096",
            "c=biws,r=rOprNGfwEbeRWgbNEkqO02431b08-2f89-4bad-a4e6-80c0564ec865,"
            + "p=Hc5yec3NmCD7t+kFRw4/3yD6/F3SQHc7AVYschRja+Bc3sbdjlA0eH1OjJc0DD4ghn1tnXN5/Wr6qm9xmaHt4A==",
            "v=BQuhnKHqYDwQWS5jAw4sZed+C9KFUALsbrq81bB0mh+bcUUbbMPNNmBIupnS2AmyyDnG5CTBQtkjJ9kyY4kzmw=="
        },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void The_vectors_of_the_field(string hash, string serverFirst, string clientFinal, string serverFinal)
    {
        using var exchange = Begin(hash);
        Assert.Equal($"n,,n=user,r={Nonce}", Encoding.UTF8.GetString(exchange.First()));
        Assert.Equal(clientFinal, Encoding.UTF8.GetString(Next(exchange, serverFirst)!));
        Assert.Null(Next(exchange, serverFinal));
    }

    [Theory]
    [InlineData("r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "nonce")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "nonce")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096", "no salt")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=*,i=4096", "no salt")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095", "4095 iterations; 4096 to")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1000001", "1000001 iterations")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=-1", "no number of iterations")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==", "no number of iterations")]
    [InlineData("m=x,r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "extension")]
    [InlineData("", "nonce")]
    public void A_server_that_says_what_it_must_not_is_left(string serverFirst, string why)
    {
        using var exchange = Begin("SHA256");
        exchange.First();
        var error = Assert.Throws<SaslException>(() => Next(exchange, serverFirst));
        Assert.Contains(why, error.Message);
        Assert.DoesNotContain("pencil", error.ToString());
    }

    [Theory]
    [InlineData("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "does not prove")]
    [InlineData("v=", "does not prove")]
    [InlineData("", "does not prove")]
    [InlineData("e=invalid-proof", "invalid-proof")]
    public void A_server_that_does_not_know_the_password_is_left(string serverFinal, string why)
    {
        using var exchange = Begin("SHA256");
        exchange.First();
        Next(exchange, "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
        Assert.Contains(why, Assert.Throws<SaslException>(() => Next(exchange, serverFinal)).Message);
    }

    [Fact]
    public void Names_are_escaped_and_nonces_are_never_the_same()
    {
        using var one = new ScramExchange("SCRAM-SHA-256", HashAlgorithmName.SHA256, "a=b,c", "p", isToken: true, Nonce);
        Assert.Equal($"n,,n=a=3Db=2Cc,r={Nonce},tokenauth=true", Encoding.UTF8.GetString(one.First()));
        var mechanism = new ScramMechanism(HashAlgorithmName.SHA256, "user", "pencil");
        var nonces = Enumerable.Range(0, 10).Select(_ => Encoding.UTF8.GetString(Start(mechanism))).ToHashSet();
        Assert.Equal(10, nonces.Count);
    }

    static byte[] Start(ScramMechanism mechanism)
    {
        using var exchange = mechanism.BeginAsync("host", CancellationToken.None).Result;
        return exchange.First();
    }

    static ScramExchange Begin(string hash) => new(
        $"SCRAM-{hash}", hash == "SHA512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256, "user", "pencil", isToken: false, Nonce);

    static byte[]? Next(ScramExchange exchange, string message) => exchange.Next(Encoding.UTF8.GetBytes(message));
}
