using System.Globalization;
using System.Text.Json;

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
    /// The version of Castellan's own servers has the ZooKeeper that they are compatible with, and then their own:
    /// "3.9.5-castellan-1.0.0, built on …".
    /// </summary>
    const string OwnMark = "-castellan-";

    /// <summary>The leader's epoch, the upper half of <see cref="Zxid"/>.</summary>
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

    /// <summary>The same from the AdminServer's /commands/server_stats.</summary>
    /// <exception cref="FormatException">It has no version and no statistics.</exception>
    public static Srvr FromServerStats(JsonElement answer)
    {
        if (!answer.TryGetProperty("version", out var version) || !answer.TryGetProperty("server_stats", out var stats))
        {
            throw new FormatException("That is no answer to server_stats.");
        }

        return new Srvr(
            version.ToString(), Figure("min_latency"), Figure("avg_latency"), Figure("max_latency"), (long)Figure("packets_received"),
            (long)Figure("packets_sent"), (long)Figure("num_alive_client_connections"), (long)Figure("outstanding_requests"),
            stats.TryGetProperty("last_processed_zxid", out var zxid) && zxid.TryGetInt64(out var last) ? last : 0,
            stats.TryGetProperty("server_state", out var state) ? state.ToString() : "",
            answer.TryGetProperty("node_count", out var nodes) && nodes.TryGetInt64(out var count) ? count : 0);

        double Figure(string name) => stats.TryGetProperty(name, out var value) && value.TryGetDouble(out var number) ? number : 0;
    }

    /// <summary>Those of its values that mntr has as well; it has no zxid, which is 0 then.</summary>
    public static Srvr FromMntr(Mntr mntr) => new(
        mntr.Version ?? "", mntr.MinLatency ?? 0, mntr.AverageLatency ?? 0, mntr.MaxLatency ?? 0, mntr.PacketsReceived ?? 0,
        mntr.PacketsSent ?? 0, mntr.Connections ?? 0, mntr.OutstandingRequests ?? 0, 0, mntr.ServerState ?? "", mntr.ZnodeCount ?? 0);

    static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : 0;

    static long ReadZxid(Dictionary<string, string> values)
    {
        var text = values.GetValueOrDefault("Zxid", "").AsSpan();
        var digits = text.StartsWith("0x") ? text[2..] : text;
        return long.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value) ? value : 0;
    }
}
