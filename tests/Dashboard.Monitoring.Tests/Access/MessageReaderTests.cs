using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dashboard.Monitoring.Tests.Access;

/// <summary>One record, by its place.</summary>
public sealed class MessageReaderTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_huge_record_is_read_whole_and_one_that_is_not_there_is_none()
    {
        await using var log = new FakeLog();
        log.First.Write("small").Write(new string('x', 4 << 20));
        await using var data = new ClusterData("t", () => log.Bootstrap, new(), null, NullLoggerFactory.Instance);
        var reader = new MessageReader(data);
        var whole = await reader.ReadOneAsync("t", 0, 1, Actor.Program("me"), Token);
        Assert.Equal((4 << 20, 4 << 20), (whole!.ValueLength, whole.Value!.Value.Length));
        Assert.Null(await reader.ReadOneAsync("t", 0, 99, Actor.Program("me"), Token));
    }
}
