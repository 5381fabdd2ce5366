using Kafka.Protocol.Messages;
using Wire;

namespace Kafka.Protocol.Tests;

/// <summary>Headers as KIP-482 has them; the bytes were written down from its rules.</summary>
public class KafkaHeadersTests
{
    [Fact]
    public void A_request_has_its_length_a_plain_client_id_and_tags_only_when_flexible()
    {
        using var plain = KafkaHeaders.RequestFrame(new HeartbeatRequest { GroupId = "g", MemberId = "m" }, 0, 7, "ab");
        Assert.Equal(
            "00000016" + "000C" + "0000" + "00000007" + "0002" + "6162" + "000167" + "00000000" + "00016D",
            Convert.ToHexString(plain.WrittenSpan));
        using var flexible = KafkaHeaders.RequestFrame(new HeartbeatRequest { GroupId = "g", MemberId = "m" }, 4, 7, null);
        Assert.Equal(
            "00000015" + "000C" + "0004" + "00000007" + "FFFF" + "00" + "0267" + "00000000" + "026D" + "00" + "00",
            Convert.ToHexString(flexible.WrittenSpan));
    }

    [Fact]
    public void An_answer_to_ApiVersions_never_has_tags_in_its_header()
    {
        using var versions = KafkaHeaders.ResponseFrame(ApiKey.ApiVersions, 9, true, new ApiVersionsResponse(), 3);
        Assert.Equal("0000000C" + "00000009" + "0000" + "01" + "00000000" + "00", Convert.ToHexString(versions.WrittenSpan));
        using var heartbeat = KafkaHeaders.ResponseFrame(ApiKey.Heartbeat, 9, true, new HeartbeatResponse(), 4);
        Assert.Equal("0000000C" + "00000009" + "00" + "00000000" + "0000" + "00", Convert.ToHexString(heartbeat.WrittenSpan));
    }

    [Fact]
    public void ControlledShutdown_v0_has_no_client_id()
    {
        using var frame = KafkaHeaders.RequestFrame(new ControlledShutdownRequest { BrokerId = 3 }, 0, 5, "ab");
        Assert.Equal("0000000C" + "0007" + "0000" + "00000005" + "00000003", Convert.ToHexString(frame.WrittenSpan));
        var reader = new WireReader(frame.WrittenMemory[4..]);
        Assert.Equal(new KafkaRequestHeader(ApiKey.ControlledShutdown, 0, 5, null), KafkaHeaders.ReadRequest(ref reader));
    }

    [Fact]
    public void Unknown_tags_are_skipped_and_absurd_ones_refused()
    {
        var reader = new WireReader(Convert.FromHexString("02" + "05" + "02AABB" + "07" + "00" + "11"));
        KafkaHeaders.SkipTags(ref reader);
        Assert.Equal(1, reader.Remaining);
        Assert.Throws<WireFormatException>(() =>
        {
            var absurd = new WireReader(Convert.FromHexString("01" + "05" + "FFFFFFFF0F"));
            KafkaHeaders.SkipTags(ref absurd);
        });
    }
}
