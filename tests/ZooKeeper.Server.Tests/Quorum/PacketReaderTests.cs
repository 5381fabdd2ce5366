using System.Buffers;
using System.IO.Pipelines;
using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Quorum;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Tests.Quorum;

public class PacketReaderTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Packets_come_out_as_they_went_in_however_the_stream_is_cut()
    {
        var sent = new List<QuorumPacket>
        {
            Packets.Of(PacketType.Ping, 0x1_0000_0007),
            Packets.LearnerInfo(3, observer: false, acceptedEpoch: 4, configVersion: 0),
            Packets.Request(new Request
            {
                SessionId = 7,
                Cxid = 8,
                Type = OpCode.SetData,
                Body = new byte[3000],
                Auth = [Acls.Anyone, new Id { Scheme = "ip", Value = "127.0.0.1" }],
            }),
            Packets.Of(PacketType.Proposal, 5, Array.Empty<byte>()),
        };
        var bytes = Serialize(sent);
        foreach (var cut in (int[])[1, 7, 100, bytes.Length])
        {
            var pipe = new Pipe();
            var writing = Task.Run(async () =>
            {
                foreach (var chunk in bytes.Chunk(cut))
                {
                    await pipe.Writer.WriteAsync(chunk, Cancellation);
                }

                await pipe.Writer.CompleteAsync();
            }, Cancellation);
            foreach (var packet in sent)
            {
                Assert.Equal(Serialize([packet]), Serialize([(await PacketReader.ReadAsync(pipe.Reader, Cancellation))!]));
            }

            Assert.Null(await PacketReader.ReadAsync(pipe.Reader, Cancellation));
            await writing;
        }
    }

    [Fact]
    public async Task An_end_inside_a_packet_is_an_error()
    {
        var bytes = Serialize([Packets.Of(PacketType.Proposal, 5, new byte[100])]);
        for (var length = 1; length < bytes.Length; length += 9)
        {
            var reader = PipeReader.Create(new ReadOnlySequence<byte>(bytes.AsMemory(0, length)));
            await Assert.ThrowsAsync<WireFormatException>(() => PacketReader.ReadAsync(reader, Cancellation).AsTask());
        }
    }

    [Theory]
    [InlineData(int.MaxValue, 0)]
    [InlineData(-2, 0)]
    [InlineData(-1, int.MaxValue)]
    [InlineData(-1, -7)]
    public void Absurd_lengths_are_refused_before_anything_is_allocated(int data, int identities)
    {
        using var writer = new WireWriter();
        writer.WriteInt32((int)PacketType.Proposal);
        writer.WriteInt64(1);
        writer.WriteInt32(data);
        writer.WriteInt32(identities);
        var bytes = writer.WrittenSpan.ToArray();
        Assert.Throws<WireFormatException>(() => PacketReader.Measure(new ReadOnlySequence<byte>(bytes)));
    }

    [Fact]
    public void A_learner_that_is_not_up_to_date_may_send_little()
    {
        var bytes = new ReadOnlySequence<byte>(Serialize([Packets.Of(PacketType.FollowerInfo, 0, new byte[5000])]));
        Assert.NotNull(PacketReader.Measure(bytes));
        Assert.Throws<WireFormatException>(() => PacketReader.Measure(bytes, PacketReader.MaxEarlyData));

        // nor may it do so in identities, of which each is short and a packet may have many
        var packet = Packets.Of(PacketType.FollowerInfo, 0, new byte[20]);
        packet.Authinfo = [.. Enumerable.Range(0, 100).Select(i => new Id { Scheme = "digest", Value = $"{i:0000000000}" })];
        var identities = new ReadOnlySequence<byte>(Serialize([packet]));
        Assert.NotNull(PacketReader.Measure(identities));
        Assert.Throws<WireFormatException>(() => PacketReader.Measure(identities, PacketReader.MaxEarlyData));
    }

    [Fact]
    public async Task What_may_be_sent_rises_while_the_next_packet_is_waited_for()
    {
        var (pipe, most) = (new Pipe(), PacketReader.MaxEarlyData);
        var reading = PacketReader.ReadAsync(pipe.Reader, Cancellation, () => most).AsTask();
        most = PacketReader.MaxData;
        var request = Serialize([Packets.Of(PacketType.Request, 0, new byte[5000])]);
        await pipe.Writer.WriteAsync(request, Cancellation);
        Assert.Equal(request, Serialize([(await reading)!]));
    }

    static byte[] Serialize(IEnumerable<QuorumPacket> packets)
    {
        using var writer = new WireWriter();
        foreach (var packet in packets)
        {
            packet.Write(writer);
        }

        return writer.WrittenSpan.ToArray();
    }
}
