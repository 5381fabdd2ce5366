using System.IO.Pipelines;

namespace Wire.Tests;

public sealed class FrameReaderTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public async Task Frames_arrive_whole_however_the_bytes_are_cut(int seed)
    {
        var random = new Random(seed);
        var sent = Enumerable.Range(0, 300)
            .Select(i => (Number: i, Size: random.Next(3) == 0 ? random.Next(20_000) : random.Next(20))).ToList();
        var pipe = new Pipe();
        var writing = Task.Run(
            async () =>
            {
                foreach (var (number, size) in sent)
                {
                    using var frame = Messages.Framed(number, size);
                    for (var rest = frame.WrittenMemory; rest.Length > 0;)
                    {
                        var part = Math.Min(rest.Length, random.Next(1, 5000));
                        await pipe.Writer.WriteAsync(rest[..part], Token);
                        rest = rest[part..];
                    }
                }

                await pipe.Writer.CompleteAsync();
            },
            Token);
        var reader = new FrameReader(pipe.Reader, 1 << 20);
        foreach (var (number, size) in sent)
        {
            using var frame = await reader.ReadAsync(Token);
            Assert.Equal(number, Messages.Number(frame!.Memory));
            Assert.Equal(size + 4, frame.Memory.Length);
        }

        Assert.Null(await reader.ReadAsync(Token));
        Assert.Equal(sent.Count, reader.FramesRead);
        await writing;
    }

    [Theory]
    [InlineData("FFFFFFFF")]
    [InlineData("80000000")]
    [InlineData("00000401")]
    [InlineData("7FFFFFFF")]
    [InlineData("47455420")] // "GET "
    public async Task A_length_below_zero_or_above_the_limit_is_refused_before_anything_is_allocated(string bytes)
    {
        var reader = new FrameReader(PipeReader.Create(new MemoryStream(Convert.FromHexString(bytes + "0000"))), maxFrameLength: 1024);
        var refused = await Assert.ThrowsAnyAsync<WireFormatException>(async () => await reader.ReadAsync(Token));
        // only what is a length at all can be too long
        Assert.Equal(bytes[0] < '8', refused is FrameTooLongException);
    }

    [Theory]
    [InlineData("00")]
    [InlineData("000000")]
    [InlineData("00000004")]
    [InlineData("00000004010203")]
    public async Task An_end_inside_a_frame_is_refused(string bytes)
    {
        var reader = new FrameReader(PipeReader.Create(new MemoryStream(Convert.FromHexString(bytes))), maxFrameLength: 1024);
        await Assert.ThrowsAsync<WireFormatException>(async () => await reader.ReadAsync(Token));
    }

    [Fact]
    public async Task A_frame_of_the_limit_and_an_empty_one_are_read()
    {
        var reader = new FrameReader(
            PipeReader.Create(new MemoryStream(Convert.FromHexString("0000000400000007" + "00000000"))), maxFrameLength: 4);
        using var largest = await reader.ReadAsync(Token);
        Assert.Equal(7, Messages.Number(largest!.Memory));
        using var empty = await reader.ReadAsync(Token);
        Assert.True(empty!.Memory.IsEmpty);
        Assert.Null(await reader.ReadAsync(Token));
    }

    [Fact]
    public async Task A_disposed_frame_shows_nothing()
    {
        var reader = new FrameReader(PipeReader.Create(new MemoryStream(Convert.FromHexString("0000000400000007"))), maxFrameLength: 4);
        var frame = await reader.ReadAsync(Token);
        frame!.Dispose();
        frame.Dispose();
        Assert.Throws<ObjectDisposedException>(() => frame.Memory);
    }

    [Fact]
    public async Task A_cancelled_read_loses_no_bytes()
    {
        var pipe = new Pipe();
        var reader = new FrameReader(pipe.Reader, 1 << 20);
        using var frame = Messages.Framed(3, 10);
        await pipe.Writer.WriteAsync(frame.WrittenMemory[..6], Token);
        using var cancel = new CancellationTokenSource();
        var reading = reader.ReadAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await pipe.Writer.WriteAsync(frame.WrittenMemory[6..], Token);
        using var whole = await reader.ReadAsync(Token);
        Assert.Equal(3, Messages.Number(whole!.Memory));
    }
}
