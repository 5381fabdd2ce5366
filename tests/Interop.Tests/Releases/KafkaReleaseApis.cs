using System.Globalization;
using Kafka.Protocol;

namespace Interop.Tests.Releases;

/// <summary>
/// Which APIs a release of Apache Kafka had in ZooKeeper mode, and the newest version of each: what its brokers answered to ApiVersions,
/// as the tables of public clients have it (kafka-python's broker_version_data, franz-go's kversion) beside the "versions" notes of
/// Kafka's message definitions. The oldest version was 0, but for ControlledShutdown.
/// </summary>
public sealed class KafkaReleaseApis
{
    /// <summary>Of the keys from 0 on; a dash for one that it did not have.</summary>
    static readonly Dictionary<string, string> tables = new()
    {
        ["0.11"] = "3 5 2 4 0 0 3 1 3 3 1 2 1 1 1 1 1 0 1 2 1 0 0 0 0 0 0 0 0 0 0 0 0 0",
        ["1.1"] = "5 7 2 5 1 0 4 1 3 3 1 2 1 1 1 1 1 1 1 2 1 0 0 0 0 0 0 0 0 0 0 0 1 0 0 0 0 0 0 0 0 0 0",
        ["2.3"] = "7 11 5 8 2 1 5 2 7 5 2 5 3 2 3 3 2 1 2 3 3 1 1 3 1 1 1 0 2 1 1 1 2 1 1 1 1 1 1 1 1 1 1 0 0",
        ["2.8"] = "9 12 6 11 5 3 7 3 8 7 3 7 4 4 5 5 4 1 3 7 6 2 4 4 3 3 3 1 3 2 2 2 4 2 2 2 2 3 2 2 2 2 2 2 1 0 0 0 1 1 0 0 - - - - "
            + "0 0 - - 0 0",
        ["3.4"] = "9 13 7 12 7 4 8 3 8 8 4 9 4 5 5 5 4 1 3 7 6 2 4 4 3 3 3 1 3 3 3 3 4 2 2 4 2 3 3 2 2 3 2 2 1 0 0 0 1 1 0 0 - - - - "
            + "2 1 0 - 0 0 - - - 0 0 0",
    };

    readonly Dictionary<ApiKey, short> newest;

    KafkaReleaseApis(string release) => (Release, newest) = (release, tables[release].Split(' ').Index().Where(one => one.Item != "-")
        .ToDictionary(one => (ApiKey)one.Index, one => short.Parse(one.Item, CultureInfo.InvariantCulture)));

    /// <summary>"2.3".</summary>
    public string Release { get; }

    /// <summary>One of 0.11, 1.1, 2.3, 2.8, 3.4.</summary>
    public static KafkaReleaseApis Of(string release) => new(release);

    /// <summary>In the order of the keys.</summary>
    public IEnumerable<(ApiKey Key, short Min, short Max)> All =>
        newest.OrderBy(one => one.Key).Select(one => (one.Key, Oldest(one.Key), one.Value));

    public bool Has(ApiKey key, short version = 0) => newest.TryGetValue(key, out var max) && version >= Oldest(key) && version <= max;

    short Oldest(ApiKey key) => key == ApiKey.ControlledShutdown && Release == "0.11" ? (short)1 : (short)0;
}
