namespace ZooKeeper.Protocol.Tests;

public class PathTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/a")]
    [InlineData("/a/b.c/..d/...")]
    [InlineData("/测试")]
    public void Good_paths_pass(string path) => Assert.Null(ZooKeeperPath.Problem(path));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("/a/")]
    [InlineData("//a")]
    [InlineData("/a//b")]
    [InlineData("/a/./b")]
    [InlineData("/a/..")]
    [InlineData("/..")]
    [InlineData("/a\0b")]
    [InlineData("/a\u0001")]
    [InlineData("/a\u0085")]
    [InlineData("/\ud800\udc00")]
    [InlineData("/a\uffff")]
    public void Bad_paths_are_refused_with_a_reason(string path)
    {
        Assert.NotNull(ZooKeeperPath.Problem(path));
        Assert.Throws<ArgumentException>(() => ZooKeeperPath.Validate(path));
    }

    [Fact]
    public void A_sequential_node_may_have_an_empty_name()
    {
        Assert.Null(ZooKeeperPath.Problem("/a/", sequential: true));
        Assert.NotNull(ZooKeeperPath.Problem("/a//", sequential: true));
    }

    [Theory]
    [InlineData("/a/b", "/a", "b")]
    [InlineData("/a", "/", "a")]
    [InlineData("/", "", "")]
    public void A_path_has_a_parent_and_a_name(string path, string parent, string name)
    {
        Assert.Equal(parent, ZooKeeperPath.Parent(path));
        Assert.Equal(name, ZooKeeperPath.Name(path));
    }
}
