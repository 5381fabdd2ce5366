using System.Text;
using Wire;
using ZooKeeper.Client.Security;

namespace ZooKeeper.Client.Tests.Security;

public sealed class DigestMd5Tests
{
    const string Challenge =
        """realm="zk-sasl-md5",nonce="OA6MG9tEQGm2hh",charset=utf-8,algorithm=md5-sess,qop="auth" """;

    /// <summary>Worked out with Python's hashlib by the formulas of RFC 2831, section 2.1.2.</summary>
    [Fact]
    public void The_response_is_that_of_the_rfc_and_the_server_has_to_prove_itself()
    {
        var mechanism = new DigestMd5(new DigestLogin("chris", "secret"), () => "OA6MHXh6VqTrRk");
        var answer = Encoding.UTF8.GetString(mechanism.Answer(Encoding.UTF8.GetBytes(Challenge)));
        Assert.Contains("username=\"chris\",realm=\"zk-sasl-md5\",nonce=\"OA6MG9tEQGm2hh\",nc=00000001,cnonce=\"OA6MHXh6VqTrRk\"", answer);
        Assert.Contains("response=08659cbbde96b164e9ebf4020a889fa8,", answer);
        Assert.DoesNotContain("secret", answer);
        Assert.False(mechanism.IsDone);
        Assert.Empty(mechanism.Answer("rspauth=6141d16333713b2592fc5680f8d67c3e"u8));
        Assert.True(mechanism.IsDone);
    }

    [Theory]
    [InlineData("rspauth=ea40f60335c427b5527b84dbabcdfffd")]
    [InlineData("")]
    public void A_server_that_does_not_know_the_password_is_refused(string last)
    {
        var mechanism = new DigestMd5(new DigestLogin("chris", "secret"), () => "OA6MHXh6VqTrRk");
        mechanism.Answer(Encoding.UTF8.GetBytes(Challenge));
        Assert.Throws<CodedFormatException>(() => mechanism.Answer(Encoding.UTF8.GetBytes(last)));
        Assert.False(mechanism.IsDone);
    }

    [Fact]
    public void A_challenge_without_a_nonce_makes_no_sense() =>
        Assert.Throws<CodedFormatException>(() => new DigestMd5(new DigestLogin("a", "b")).Answer("realm=\"x\""u8));
}
