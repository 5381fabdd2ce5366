using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;

namespace ZooKeeper.Server.Commands.FourLetter;

/// <summary>
/// Recognises a command of four letters where a client would send the length of its first frame: no such length is allowed, so nothing is
/// ambiguous.
/// </summary>
static class FourLetterWordReader
{
    /// <summary>All of Apache's.</summary>
    static readonly HashSet<string> Known =
    [
        "conf", "cons", "crst", "dirs", "dump", "envi", "gtmk", "hash", "isro",
        "mntr", "ruok", "srst", "srvr", "stat", "stmk", "wchc", "wchp", "wchs",
    ];

    /// <summary>What follows stmk: a number of eight bytes; 0 when the input ends first.</summary>
    public static async ValueTask<long> ReadArgumentAsync(PipeReader input, CancellationToken cancellationToken)
    {
        var result = await input.ReadAtLeastAsync(sizeof(long), cancellationToken).ConfigureAwait(false);
        return result.Buffer.Length < sizeof(long)
            ? 0
            : BinaryPrimitives.ReadInt64BigEndian(result.Buffer.Slice(0, sizeof(long)).ToArray());
    }

    /// <summary>The command, or null when it is none; then nothing has been taken from the input.</summary>
    public static async ValueTask<string?> TryReadAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (buffer.Length >= 4)
            {
                var word = Encoding.Latin1.GetString(buffer.Slice(0, 4).ToArray());
                var known = Known.Contains(word);
                input.AdvanceTo(known ? buffer.GetPosition(4) : buffer.Start);
                return known ? word : null;
            }

            input.AdvanceTo(buffer.Start, result.IsCompleted ? buffer.Start : buffer.End);
            if (result.IsCompleted)
            {
                return null;
            }
        }
    }
}
