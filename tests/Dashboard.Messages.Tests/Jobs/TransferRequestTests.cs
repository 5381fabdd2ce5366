using System.Text.Json;
using Dashboard.Messages.Jobs.Transfers;

namespace Dashboard.Messages.Tests.Jobs;

/// <summary>What is asked for, as REST has it.</summary>
public sealed class TransferRequestTests
{
    [Theory]
    [InlineData("""{"target":{"topic":"b"}}""", "topic: it is missing.")]
    [InlineData("""{"topic":"a"}""", "target.topic: it is missing.")]
    [InlineData("""{"topic":"a","target":{"topic":"b"},"from":"x"}""", "from: ")]
    [InlineData("""{"topic":"a","target":{"topic":"b"},"filter":"x"}""", "filter: ")]
    [InlineData("""{"topic":"a","target":{"topic":"b"},"partitions":[1,"x"]}""", "partitions: \"x\" is no partition.")]
    [InlineData("""{"topic":"a","target":{"topic":"b"},"rate":{"records":0}}""", "rate.records: a whole number from 1 to")]
    [InlineData("""{"topic":"a","target":{"topic":"b","x":1}}""", "target.x: there is no such field; there are cluster, topic.")]
    [InlineData("""{"topic":"a","target":{"topic":"b"},"header":"h"}""", "header: there is no such field")]
    public void A_wrong_field_is_named(string json, string fault) =>
        Assert.StartsWith(fault, Assert.ThrowsAny<FormatException>(() => Read("copy", json)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_redrive_goes_by_header_unless_a_topic_is_chosen()
    {
        var byHeader = Read("redrive", """{"topic":"a","partitions":"0,2","missing":"skip"}""");
        Assert.Equal(("x-original-topic", null, true), (byHeader.Header, byHeader.Topic, byHeader.SkipsMissing));
        Assert.Equal([0, 2], byHeader.Source.Partitions);
        var chosen = Read("redrive", """{"topic":"a","target":{"topic":"b","cluster":"other"}}""");
        Assert.Equal((null, "b", "other"), (chosen.Header, chosen.Topic, chosen.Cluster));
        Assert.Throws<FormatException>(() => Read("redrive", """{"topic":"a","target":{"topic":"b"},"header":"h"}"""));
    }

    static TransferRequest Read(string kind, string json)
    {
        using var document = JsonDocument.Parse(json);
        return TransferRequest.Read(kind, "c", document.RootElement);
    }
}
