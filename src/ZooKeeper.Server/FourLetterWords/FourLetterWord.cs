using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace ZooKeeper.Server.FourLetterWords;

/// <summary>Recognises a command of four letters where a client would send the length of its first frame: no such length is allowed, so nothing is ambiguous.</summary>
static class FourLetterWord
{
    /// <summary>All of Apache's, so that one that is not done here is refused in words rather than taken for garbage.</summary>
    static readonly HashSet<string> Known =
    [
        "conf", "cons", "crst", "dirs", "dump", "envi", "gtmk", "hash", "icfg", "isro", "lead", "lsnp", "mntr", "obsr", "orst", "ruok", "srst", "srvr", "stat", "stmk", "sysp",
        "wchc", "wchp", "wchs", "zabstate",
    ];

    /// <summary>The command, or null when it is none; then nothing has been taken from the input.</summary>
    public static async ValueTask<string?> TryReadAsync(PipeReader input, CancellationToken cancellation)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellation).ConfigureAwait(false);
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
