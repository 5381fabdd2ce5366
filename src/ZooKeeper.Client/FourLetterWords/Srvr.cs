using System.Globalization;

namespace ZooKeeper.Client.FourLetterWords;

/// <summary>
/// The answer to srvr, or the same lines of stat. Latencies are milliseconds, Mode is leader, follower, observer, standalone or read-only.
/// Zxid is epoch &lt;&lt; 32 | counter.
/// </summary>
public sealed record Srvr(
    string Version,
    double MinLatency,
    double AverageLatency,
    double MaxLatency,
    long Received,
    long Sent,
    long Connections,
    long Outstanding,
    long Zxid,
    string Mode,
    long NodeCount)
{
    /// <summary>
    /// Castellan's own servers tell which ZooKeeper they are compatible with and then who they are: "3.9.5-castellan-1.0.0, built on …".
    /// </summary>
    const string OwnMark = "-castellan-";

    public int Epoch => (int)(Zxid >> 32);

    /// <summary>Who it is, without the build: "ZooKeeper 3.9.5", "Castellan 1.0.0".</summary>
    public string Product => Version.IndexOf(OwnMark, StringComparison.Ordinal) is >= 0 and var mark
        ? "Castellan " + Version[(mark + OwnMark.Length)..].Split('+', ',')[0]
        : "ZooKeeper " + Version.Split('-', ',')[0];

    /// <exception cref="FormatException">It has no version and no mode.</exception>
    public static Srvr Parse(string answer)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in answer.AsSpan().EnumerateLines())
        {
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            // stat's clients are indented, and begin with an address
            if (colon > 0 && line[0] != ' ')
            {
                values[line[..colon].ToString()] = line[(colon + 2)..].Trim().ToString();
            }
        }

        if (!values.TryGetValue("Zookeeper version", out var version) || !values.TryGetValue("Mode", out var mode))
        {
            throw new FormatException("That is no answer to srvr.");
        }

        var latencies = values.GetValueOrDefault("Latency min/avg/max", "").Split('/');
        return new Srvr(
            version,
            Latency(0),
            Latency(1),
            Latency(2),
            Whole("Received"),
            Whole("Sent"),
            Whole("Connections"),
            Whole("Outstanding"),
            ReadZxid(values),
            mode,
            Whole("Node count"));

        double Latency(int index) => index < latencies.Length ? Number(latencies[index]) : 0;
        long Whole(string key) => long.TryParse(values.GetValueOrDefault(key), CultureInfo.InvariantCulture, out var value) ? value : 0;
    }

    static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : 0;

    static long ReadZxid(Dictionary<string, string> values)
    {
        var text = values.GetValueOrDefault("Zxid", "").AsSpan();
        var digits = text.StartsWith("0x") ? text[2..] : text;
        return long.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value) ? value : 0;
    }
}
