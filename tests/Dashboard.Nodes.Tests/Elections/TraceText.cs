using System.Globalization;
using ZooKeeper.Server.Quorum.Election;

namespace Dashboard.Nodes.Tests.Elections;

/// <summary>
/// Traces as lines of text, to keep what a real ensemble did. Times are milliseconds since the first trace began.
/// "trace SERVER ROUND START END LEADER STATE JOINED EPOCH", then its steps:
/// "AT FROM TO LEADER ZXID EPOCH ROUND STATE VERDICT"; "-" where there is nothing.
/// </summary>
static class TraceText
{
    public static string Write(IReadOnlyList<ElectionTrace> traces)
    {
        var zero = traces.Min(t => t.StartedAt);
        return string.Concat(traces.OrderBy(t => t.StartedAt).SelectMany(Lines).Select(line => line + "\n"));

        string Ms(DateTimeOffset? at) => Text((at - zero)?.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture));

        IEnumerable<string> Lines(ElectionTrace t) =>
        [
            $"trace {t.Server} {t.Round} {Ms(t.StartedAt)} {Ms(t.EndedAt)} "
                + $"{Text(t.Outcome?.Leader)} {Text(t.Outcome?.State)} {Text(t.Outcome?.Joined)} {Text(t.Epoch)}",
            .. t.Steps.Select(s =>
                $"{Ms(s.At)} {s.From} {s.To} {s.Vote.Leader} {s.Vote.Zxid} {s.Vote.PeerEpoch} {s.Round} {s.State} {s.Verdict}"),
        ];
    }

    public static IReadOnlyList<ElectionTrace> Read(string text)
    {
        var traces = new List<ElectionTrace>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var word = line.Split(' ');
            if (word[0] == "trace")
            {
                traces.Add(Trace(word[1..]));
            }
            else
            {
                traces[^1] = traces[^1] with { Steps = traces[^1].Steps.Add(Step(word)) };
            }
        }

        return traces;
    }

    static string Text(object? value) => value is null ? "-" : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    static ElectionTrace Trace(string[] word) => new(
        Long(word[0]), Long(word[1]), At(word[2]), word[3] == "-" ? null : At(word[3]), [], Outcome(word))
    {
        Epoch = word[7] == "-" ? null : Long(word[7]),
    };

    static ElectionOutcome? Outcome(string[] word) =>
        word[4] == "-"
            ? null
            : new ElectionOutcome(Long(word[4]), Enum.Parse<PeerState>(word[5]), new Vote(Long(word[4]), 0, 0), [], bool.Parse(word[6]));

    static ElectionStep Step(string[] word) => new(
        At(word[0]), Long(word[1]), Long(word[2]), new Vote(Long(word[3]), Long(word[4]), Long(word[5])),
        Long(word[6]), Enum.Parse<PeerState>(word[7]), word[8]);

    static long Long(string word) => long.Parse(word, CultureInfo.InvariantCulture);

    static DateTimeOffset At(string word) => DateTimeOffset.UnixEpoch.AddMilliseconds(double.Parse(word, CultureInfo.InvariantCulture));
}
