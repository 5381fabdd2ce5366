using Dashboard.Addresses;

namespace Dashboard.Tests.Hosting;

public sealed class ServedUrlsTests
{
    /// <summary>The link of the first start is opened by somebody who reads the log of a container or a pod, not on that machine.</summary>
    [Theory]
    [InlineData("http://0.0.0.0:8080/kafka", "example.org", true, "https://example.org/kafka")]
    [InlineData("http://127.0.0.1:8080/kafka", "example.org", true, "https://example.org/kafka")]
    [InlineData("http://0.0.0.0:8080", "example.org", false, "http://example.org:8080/")]
    [InlineData("https://[::]:8443", "example.org", false, "https://example.org:8443/")]
    [InlineData("http://0.0.0.0:8080", "localhost", false, "http://localhost:8080/")]
    [InlineData("http://0.0.0.0:8080", "localhost", true, "http://localhost:8080/")]
    [InlineData("http://127.0.0.1:8080", "example.org", false, "http://127.0.0.1:8080/")]
    [InlineData("http://0.0.0.0:8080", null, true, "http://127.0.0.1:8080/")]
    [InlineData("http://[::]:8080", null, false, "http://[::1]:8080/")]
    public void Readers_are_sent_to_the_name_and_port_that_they_reach(string served, string? name, bool behindProxy, string expected) =>
        Assert.Equal(expected, ServedUrls.ForReaders(served, name is null ? [] : [name], behindProxy).ToString());
}
