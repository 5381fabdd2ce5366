using Dashboard.Messages.Bytes;
using Dashboard.Messages.Decoding;
using Microsoft.Extensions.Time.Testing;
using Testing;

namespace Dashboard.Messages.Tests.Decoding;

/// <summary>Files of message types change while they are used.</summary>
public sealed class ProtobufFilesTests : IDisposable
{
    readonly TempDirectory directory = new();
    readonly FakeTimeProvider time = new();
    readonly ProtobufFiles files;
    int written;

    public ProtobufFilesTests() => files = new([directory.Path], time);

    string Order => Path.Combine(directory.Path, "order.proto");

    [Fact]
    public void A_changed_file_is_read_again_and_a_broken_one_leaves_what_was_and_says_so()
    {
        Assert.Contains("no message Order", Assert.Throws<UndecodableException>(() => Read("Order")).Message, StringComparison.Ordinal);
        Write("syntax = \"proto3\"; message Order { int32 amount = 1; }");
        Assert.Equal(("""{"amount":5}""", null), Read("Order"));
        Write("syntax = \"proto3\"; message Order { int32 total = 1; }");
        Assert.Equal(("""{"total":5}""", null), Read("Order"));

        Write("syntax = \"proto3\"; message Order { int32 total = ");
        var (text, trouble) = Read("Order");
        Assert.Equal("""{"total":5}""", text);
        Assert.Contains("as they were before: order.proto line", trouble, StringComparison.Ordinal);
        Assert.Contains((string)files.Outdated!.Arguments[0]!, trouble, StringComparison.Ordinal);
        Write("syntax = \"proto3\"; message Order { int32 sum = 1; }");
        Assert.Equal(("""{"sum":5}""", null), Read("Order"));
        Assert.Null(files.Outdated);

        File.Delete(Order);
        time.Advance(ProtobufFiles.Pace);
        Assert.Throws<UndecodableException>(() => Read("Order"));
    }

    [Fact]
    public void One_that_is_broken_from_the_beginning_is_told_until_it_is_mended()
    {
        Write("message {");
        Assert.Contains("order.proto line 1", Assert.Throws<UndecodableException>(() => Read("Order")).Message, StringComparison.Ordinal);
        Write("syntax = \"proto3\"; message Order { int32 amount = 1; }");
        Assert.Equal(("""{"amount":5}""", null), Read("Order"));
    }

    public void Dispose() => directory.Dispose();

    (string Text, string? Trouble) Read(string message)
    {
        var read = files.Read(message, new byte[] { 8, 5 });
        return (read.Text, read.Trouble);
    }

    /// <summary>With a time of its own, however fast the test is.</summary>
    void Write(string text)
    {
        File.WriteAllText(Order, text);
        File.SetLastWriteTimeUtc(Order, DateTime.UnixEpoch.AddSeconds(++written));
        time.Advance(ProtobufFiles.Pace);
    }
}
