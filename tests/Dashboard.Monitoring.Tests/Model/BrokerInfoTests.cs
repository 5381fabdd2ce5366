using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Model;

public sealed class BrokerInfoTests
{
    [Theory]
    [InlineData("broker.example", 9092, "broker.example:9092")]
    [InlineData("fe80::1", 9092, "[fe80::1]:9092")]
    [InlineData(null, null, null)]
    public void An_endpoint_is_what_can_be_copied_into_a_list_of_servers(string? host, int? port, string? endpoint) =>
        Assert.Equal(endpoint, (Broker(0) with { Host = host, Port = port }).Endpoint);
}
