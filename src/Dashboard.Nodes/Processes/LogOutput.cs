using System.Text;
using Dashboard.Nodes.Logs;

namespace Dashboard.Nodes.Processes;

/// <summary>
/// What a process prints, as lines of its node's log. Lines begin with their level (see <c>LogConfigs</c>); one that does not goes on with
/// the one before, as a stack trace does, or is said by Java itself. One thread reads.
/// </summary>
sealed class LogOutput(string node, NodeLogs logs)
{
    /// <summary>The rest of a longer line is left out.</summary>
    public const int LongestLine = 4000;

    /// <summary>Lines; a server that ends because of an error says much while it does.</summary>
    const int Recent = 100;

    static readonly (string Mark, NodeLogLevel Level)[] levels =
    [
        ("TRACE ", NodeLogLevel.Debug), ("DEBUG ", NodeLogLevel.Debug), ("INFO ", NodeLogLevel.Info), ("WARN ", NodeLogLevel.Warn),
        ("ERROR ", NodeLogLevel.Error), ("FATAL ", NodeLogLevel.Error),
    ];

    readonly Lock gate = new();
    NodeLogLevel level = NodeLogLevel.Info;
    long count;
    Words cause;
    Words error;
    Words said;

    /// <summary>
    /// Why it ended, as far as its last lines tell: what lies at the root of its last error, or that error, or what Java said without a
    /// log. Null when that is too long ago to be the reason.
    /// </summary>
    public string? LastWords
    {
        get
        {
            lock (gate)
            {
                Words[] all = [cause, error, said];
                return all.FirstOrDefault(w => w.Text is not null && count - w.At <= Recent).Text;
            }
        }
    }

    /// <summary>Until the other end is closed.</summary>
    public void ReadAll(TextReader output)
    {
        var line = new StringBuilder();
        var buffer = new char[4096];
        while (output.Read(buffer) is > 0 and var read)
        {
            foreach (var c in buffer.AsSpan(0, read))
            {
                if (c == '\n')
                {
                    Take(line.ToString().TrimEnd());
                    line.Clear();
                }
                // read on without keeping: a server whose pipe is not read stops in the middle of its work
                else if (line.Length < LongestLine)
                {
                    line.Append(c);
                }
            }
        }

        Take(line.ToString().TrimEnd());
    }

    void Take(string line)
    {
        if (line.Length == 0)
        {
            return;
        }

        var (mark, marked) = levels.FirstOrDefault(l => line.StartsWith(l.Mark, StringComparison.Ordinal));
        var text = mark is null ? line : line[mark.Length..].TrimStart();
        lock (gate)
        {
            count++;
            // a line without a level goes on with the one before, and is as bad as that
            level = mark is null ? level : marked;
            Remember(new Words(text, count), isMarked: mark is not null);
        }

        logs.Add(node, level, text);
    }

    /// <summary>A stack trace begins with its exception, and ends with what caused that; its frames are indented.</summary>
    void Remember(Words words, bool isMarked)
    {
        if (isMarked)
        {
            error = level == NodeLogLevel.Error ? words : error;
        }
        else if (!char.IsWhiteSpace(words.Text![0]))
        {
            // not indented and below an error: "Caused by: …", of which the last is the root
            cause = level == NodeLogLevel.Error ? words : cause;
            said = words;
        }
    }

    readonly record struct Words(string? Text, long At);
}
