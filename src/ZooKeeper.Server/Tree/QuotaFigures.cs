using System.Globalization;
using System.Text;

namespace ZooKeeper.Server.Tree;

/// <summary>
/// The text of a quota's limits or stats (org.apache.zookeeper.StatsTrack): count=N,bytes=N, then, if there are others, "=" (which makes
/// old parsers stop) and ;key=N in order of the keys: byteHardLimit and countHardLimit. -1 is what was not given.
/// </summary>
sealed class QuotaFigures
{
    const string CountKey = "count";
    const string BytesKey = "bytes";

    readonly SortedDictionary<string, long> values = new(StringComparer.Ordinal);

    public long Count { get => Value(CountKey); set => values[CountKey] = value; }

    public long Bytes { get => Value(BytesKey); set => values[BytesKey] = value; }

    public long CountHardLimit => Value("countHardLimit");

    public long ByteHardLimit => Value("byteHardLimit");

    /// <summary>Clients write these nodes: what is not a pair of a key and a number is left out (Apache's server ends over it).</summary>
    public static QuotaFigures Parse(byte[]? text)
    {
        var figures = new QuotaFigures();
        foreach (var pair in Encoding.UTF8.GetString(text ?? []).Split([',', ';'], StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=');
            if (parts.Length > 1 && (parts[1].Length == 0 ? -1 : Number(parts[1])) is { } number)
            {
                figures.values[parts[0]] = number;
            }
        }

        return figures;
    }

    public byte[] ToBytes()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{CountKey}={Count},{BytesKey}={Bytes}");
        var others = values.Where(v => v.Key is not (CountKey or BytesKey)).ToList();
        if (others.Count > 0)
        {
            text.Append('=');
            others.ForEach(o => text.Append(CultureInfo.InvariantCulture, $";{o.Key}={o.Value}"));
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    long Value(string key) => values.GetValueOrDefault(key, -1);

    static long? Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
