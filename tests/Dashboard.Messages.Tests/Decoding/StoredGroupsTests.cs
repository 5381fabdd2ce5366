using Dashboard.Messages.Decoding;

namespace Dashboard.Messages.Tests.Decoding;

/// <summary>Records of the coordinators of Kafka 4, as its own classes write them.</summary>
public sealed class StoredGroupsTests
{
    const string Offsets = "__consumer_offsets", Shares = "__share_group_state";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Bytes by hand, from the published definitions: a version, compact strings and lists, and tagged fields behind.</summary>
    [Theory]
    [InlineData("0003000167", "0000" + "00000005" + "00", """{"epoch":5,"metadataHash":0}""")]
    [InlineData("0003000167", "0000" + "00000005" + "01" + "00" + "08" + "0000000000000007", """{"epoch":5,"metadataHash":7}""")]
    [InlineData(
        "0007000167" + "00016d", "0000" + "02" + "000102030405060708090a0b0c0d0e0f" + "03" + "00000000" + "00000002" + "00" + "00",
        """{"topicPartitions":[{"topicId":"AAECAwQFBgcICQoLDA0ODw","partitions":[0,2]}]}""")]
    // a tagged field that is not known
    [InlineData("000c000167", "0000" + "00000009" + "01" + "21" + "02" + "ffff", """{"assignmentEpoch":9,"assignmentTimestamp":0}""")]
    [InlineData("000a000167" + "00016d", "0000" + "00" + "0263" + "022f" + "0203" + "6161" + "00", """
        {"rackId":null,"clientId":"c","clientHost":"/","subscribedTopicNames":["aa"]}
        """)]
    public async Task A_value_is_read_by_its_key(string key, string value, string json)
    {
        var read = await ReadAsync(Offsets, BodyPart.Value, value, key);
        Assert.Equal(("consumer-offsets", json.Trim(), null), (read.Format, read.Text, read.Trouble));
    }

    [Theory]
    [InlineData(Offsets, "0008000167" + "00016d", """{"type":"ConsumerGroupCurrentMemberAssignment","group":"g","member":"m"}""")]
    [InlineData(Offsets, "0010000167" + "00022e2a", """{"type":"ConsumerGroupRegularExpression","group":"g","regularExpression":".*"}""")]
    [InlineData(Offsets, "0017000167", """{"type":"StreamsGroupTopology","group":"g"}""")]
    [InlineData(Shares, "0001000167" + "000102030405060708090a0b0c0d0e0f" + "00000002", """
        {"type":"ShareUpdate","group":"g","topicId":"AAECAwQFBgcICQoLDA0ODw","partition":2}
        """)]
    public async Task A_key_says_what_its_record_is(string topic, string key, string json) =>
        Assert.Equal(json.Trim(), (await ReadAsync(topic, BodyPart.Key, key)).Text);

    [Theory]
    [InlineData("0009000167", "0000", "kind 9")]
    [InlineData("0003000167", "0001" + "00000005" + "00", "version 1 is not read")]
    [InlineData("0003000167", "0000" + "00000005" + "0000", "1 bytes are left over")]
    [InlineData("0003000167", "0000" + "0000", "consumer-offsets")]
    public async Task What_cannot_be_read_is_told(string key, string value, string why)
    {
        var read = await ReadAsync(Offsets, BodyPart.Value, value, key);
        Assert.Equal("hex", read.Format);
        Assert.Contains(why, read.Trouble, StringComparison.OrdinalIgnoreCase);
    }

    static async Task<DecodedBody> ReadAsync(string topic, BodyPart part, string hex, string? key = null)
    {
        var body = new RecordBody(topic, part, Convert.FromHexString(hex))
        {
            Key = key is null ? null : (ReadOnlyMemory<byte>?)Convert.FromHexString(key),
        };
        return await new BodyDecoder(DecodeRules.None, null).DecodeAsync(body, Token);
    }
}
