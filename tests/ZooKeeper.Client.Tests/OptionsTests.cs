using Wire;

namespace ZooKeeper.Client.Tests;

public class OptionsTests
{
    [Theory]
    [InlineData("a:1,b:2/kafka", "a:1,b:2/kafka", "/kafka")]
    [InlineData("a", "a:2181", "")]
    [InlineData(" a:1 , b ", "a:1,b:2181", "")]
    [InlineData("a:1/", "a:1", "")]
    [InlineData("[::1]:5,[::2]/x/y", "[::1]:5,[::2]:2181/x/y", "/x/y")]
    public void Connect_strings_are_read(string connect, string expected, string chroot)
    {
        var options = ZooKeeperClientOptions.Parse(connect);
        Assert.Equal(expected, options.ToString());
        Assert.Equal(chroot, options.Chroot);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/kafka")]
    [InlineData("a:x")]
    [InlineData("a:0")]
    [InlineData("a:70000")]
    [InlineData(":2181")]
    [InlineData("::1")]
    [InlineData("a:1/kafka/")]
    public void Wrong_connect_strings_say_what_is_wrong(string connect) =>
        Assert.Throws<CodedFormatException>(() => ZooKeeperClientOptions.Parse(connect));

    [Theory]
    [InlineData("", "/a", "/a")]
    [InlineData("/", "/a", "/a")]
    [InlineData("/root", "/", "/root")]
    [InlineData("/root", "/a/b", "/root/a/b")]
    public void A_chroot_goes_before_a_path_and_off_again(string root, string client, string server)
    {
        var chroot = new Chroot(root);
        Assert.Equal(server, chroot.ToServer(client));
        Assert.Equal(client, chroot.ToClient(server));
    }

    [Fact]
    public void A_path_that_only_begins_like_the_chroot_is_left_alone() => Assert.Equal("/rooted", new Chroot("/root").ToClient("/rooted"));
}
