using Wire.Files;

namespace Wire.Tests;

public sealed class ConfiguredPathTests
{
    [Theory]
    [InlineData("/var/lib/kafka", false, null)]
    [InlineData("data dir/with spaces and \u6570", false, null)]
    [InlineData("C:", false, "a path of Windows")]
    [InlineData("C:/kafka", false, "a path of Windows")]
    [InlineData("C:/kafka", true, null)]
    [InlineData(@"d:\kafka", true, null)]
    [InlineData("C:zookeeperdata", true, "a backslash begins an escape")]
    [InlineData("C:\tmp", true, "a control character")]
    [InlineData("/tmp/a\nb", false, "a control character")]
    public void A_path_that_cannot_be_meant_is_told(string path, bool isWindows, string? problem)
    {
        var told = ConfiguredPath.Problem(path, isWindows);
        if (problem is null)
        {
            Assert.Null(told);
        }
        else
        {
            Assert.Contains(problem, told, StringComparison.Ordinal);
        }
    }
}
