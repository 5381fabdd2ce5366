using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Dashboard.Messages.Importing;

/// <summary>Lines of a file, one at a time; of one that is too long its end is looked for and nothing kept.</summary>
static class FileLines
{
    public const int MostBytes = 16 << 20;

    /// <returns>Its number from 1 on, and its bytes without what ends it; null: it is longer than <see cref="MostBytes"/>.</returns>
    public static async IAsyncEnumerable<(long Line, ReadOnlyMemory<byte>? Bytes)> ReadAsync(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var input = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        var (line, isTooLong) = (1L, false);
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                var bytes = buffer.Slice(0, end);
                yield return (line++, isTooLong || bytes.Length > MostBytes ? (ReadOnlyMemory<byte>?)null : Trimmed(bytes));
                isTooLong = false;
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (read.IsCompleted)
            {
                if (isTooLong || buffer.Length > 0)
                {
                    yield return (line, isTooLong || buffer.Length > MostBytes ? (ReadOnlyMemory<byte>?)null : Trimmed(buffer));
                }

                await input.CompleteAsync().ConfigureAwait(false);
                yield break;
            }

            if (buffer.Length > MostBytes)
            {
                isTooLong = true;
                buffer = buffer.Slice(buffer.End);
            }

            input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    static ReadOnlyMemory<byte> Trimmed(ReadOnlySequence<byte> bytes)
    {
        var line = bytes.ToArray().AsMemory();
        return line.Span is [.., (byte)'\r'] ? line[..^1] : line;
    }
}
